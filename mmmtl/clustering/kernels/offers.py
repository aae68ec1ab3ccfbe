"""Votes in the ordering offer themselves to those that are left."""

import math
from typing import NamedTuple

import numpy as np

from mmmtl.utils.jit import jit

from .core_distances import round15
from .ordering_state import TINY, refresh, widened_square
from .tree import box_square, boxes_square, push_children, taken_whole

GROWTH = 1.3  # by which a leaf's covered radius grows at least


class Offer(NamedTuple):
    """A vote in the ordering: coordinates, core distance, place in the ordering."""

    x: float
    y: float
    core: float
    place: int


@jit
def offer_to_leaf(state, leaf, offer, limit):
    """Offer a vote to those left in a leaf; whether it changed anything.

    ``limit`` is the greatest squared distance to look at.
    """
    x, y, start, box = state.tree.x, state.tree.y, state.tree.start, state.tree.box
    reach, by = state.votes.reach, state.votes.by
    max_eps, square, outside = state.radius
    px, py, core, place = offer
    changed = False
    for s in range(start[leaf], start[leaf] + state.nodes.alive[leaf]):
        dx = px - x[s]
        dy = py - y[s]
        d = dx * dx + dy * dy
        if d > limit:
            continue
        if d > square and not (d <= outside and taken_whole(box, leaf, px, py, max_eps)):
            continue
        value = round15(max(math.sqrt(d), core))
        if value < reach[s] or (value == reach[s] and place < by[s]):
            reach[s] = value
            by[s] = place
            changed = True
    return changed


@jit
def spread(state, offer, distance, stack):
    """Offer the vote just taken to all within a distance."""
    box, most = state.tree.box, state.nodes.most
    rounded = round15(offer.core)
    limit = min(state.radius.outside, widened_square(distance))
    size = 1
    stack[0] = 0
    while size > 0:
        size -= 1
        node = stack[size]
        if most[node] <= rounded:  # also where no vote is left
            continue
        d = box_square(box, node, offer.x, offer.y)
        if d > limit or d > widened_square(most[node]):
            continue
        if 2 * node + 1 < most.shape[0]:
            size = push_children(stack, size, node)
        elif offer_to_leaf(state, node, offer, limit):
            refresh(state, node)


@jit
def widen(state, level, step, stack):
    """Let the leaf that has covered least cover more, by ``step`` at least and to ``level``."""
    covered = state.nodes.covered
    leaf = _laziest_leaf(state.nodes.lazy)
    distance = max(covered[leaf] * GROWTH, covered[leaf] + step)
    if level < np.inf:
        distance = max(distance, level)
    beyond = math.sqrt(_offer_leaf(state, leaf, distance, stack))
    distance = max(distance, beyond * (1 - 1e-12) - 2 * TINY)
    covered[leaf] = distance if distance < state.radius.max_eps else np.inf
    refresh(state, leaf)


@jit
def _laziest_leaf(lazy):
    """The leaf that has covered least."""
    leaf = 0
    while 2 * leaf + 1 < lazy.shape[0]:
        leaf = 2 * leaf + 1
        if lazy[leaf] != lazy[0]:
            leaf += 1
    return leaf


@jit
def _offer_leaf(state, leaf, distance, stack):
    """Offer the votes of a leaf that are in the ordering to all within a distance.

    Returns:
        0.0; where no leaf is so near, the squared distance of the nearest one beyond (inf: none).
    """
    nodes, box, outside = state.nodes, state.tree.box, state.radius.outside
    smallest, bounds = _taken(state, leaf)
    rounded = round15(smallest)
    limit = min(outside, widened_square(distance))
    nearest = np.inf
    visited = False
    size = 1
    stack[0] = 0
    while size > 0:
        size -= 1
        node = stack[size]
        if nodes.most[node] < rounded:
            continue
        d = boxes_square(box, node, bounds)
        useful = min(outside, widened_square(nodes.most[node]))
        if d > useful:
            continue
        if d > limit:
            nearest = min(nearest, d)
        elif 2 * node + 1 < box.shape[0]:
            size = push_children(stack, size, node)
        else:
            visited = True
            if _offer_between(state, leaf, node, distance, useful, limit):
                refresh(state, node)
    return 0.0 if visited else nearest


@jit
def _offer_between(state, leaf, other, distance, useful, limit):
    """Offer a leaf's votes with cores of up to a distance to another; whether that changed it.

    ``useful`` is the greatest squared distance at which an offer can be of use there.
    """
    x, y, box = state.tree.x, state.tree.y, state.tree.box
    core, placed = state.votes.core, state.votes.placed
    near = min(useful, limit)
    changed = False
    for s in range(state.tree.start[leaf] + state.nodes.alive[leaf], state.tree.end[leaf]):
        if core[s] <= distance and box_square(box, other, x[s], y[s]) <= near:
            changed |= offer_to_leaf(state, other, Offer(x[s], y[s], core[s], placed[s]), limit)
    return changed


@jit
def _taken(state, leaf):
    """Of a leaf's cores in the ordering: the smallest core distance, and their box."""
    x, y, core = state.tree.x, state.tree.y, state.votes.core
    smallest = np.inf
    left = low = np.inf
    right = high = -np.inf
    for s in range(state.tree.start[leaf] + state.nodes.alive[leaf], state.tree.end[leaf]):
        if core[s] < np.inf:
            smallest = min(smallest, core[s])
            left = min(left, x[s])
            right = max(right, x[s])
            low = min(low, y[s])
            high = max(high, y[s])
    return smallest, (left, right, low, high)
