"""The ordering of OPTICS: always the nearest vote next."""

import math

import numpy as np

from ..jit import jit
from .core_distances import round15
from .tree import box_square, taken_whole

GROWTH = 1.3  # by which a leaf's covered radius grows at least
TINY = 4e-15  # distances that differ by less may be equal when rounded to 15 decimals


@jit
def refresh(leaf, start, alive, reach, index, covered, least, who, most, lazy):
    """Recompute what a leaf and the nodes above it say of their votes."""
    low = np.inf
    high = -np.inf
    best = np.int32(2**31 - 1)
    for s in range(start[leaf], start[leaf] + alive[leaf]):
        value = reach[s]
        if value < low or (value == low and index[s] < best):
            low = value
            best = index[s]
        high = max(high, value)
    least[leaf] = low
    who[leaf] = best
    most[leaf] = high
    lazy[leaf] = covered[leaf] if covered[leaf] >= 0 else np.inf
    node = leaf
    while node > 0:
        node = (node - 1) // 2
        a = 2 * node + 1
        b = a + 1
        if least[b] < least[a] or (least[b] == least[a] and who[b] < who[a]):
            low = least[b]
            best = who[b]
        else:
            low = least[a]
            best = who[a]
        high = max(most[a], most[b])
        slow = min(lazy[a], lazy[b])
        if low == least[node] and best == who[node] and high == most[node] and slow == lazy[node]:
            break
        least[node] = low
        who[node] = best
        most[node] = high
        lazy[node] = slow


@jit
def offer(px, py, core, place, leaf, start, alive, x, y, reach, by, box, limit, square, outside,
          max_eps):
    """Offer a processed vote to those of a leaf that are not; whether it changed anything.

    ``limit`` is the greatest squared distance to look at, ``square`` that of ``max_eps``.
    """
    changed = False
    for s in range(start[leaf], start[leaf] + alive[leaf]):
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
def order_votes(index, x, y, start, end, box, core, max_eps):
    """Ordering, reachability and predecessor.

    A vote taken next offers itself at once to those within its core distance, and to farther ones
    only when the ordering comes to such distances: each leaf keeps the radius that its processed
    votes have covered. Each node keeps the least and the greatest reachability of its votes that
    are left, which gives the next vote, and tells whole nodes that need no offer.

    Args:
        index, x, y, start, end, box: see :class:`~mmmtl.clustering.kernels.tree.Tree`;
            the first three are reordered within leaves.
        core: core distances by slot, likewise.
        max_eps: pixels.

    Returns:
        Ordering, and by index of vote: core distance, reachability, predecessor.
    """
    count = x.shape[0]
    nodes = start.shape[0]
    square = max_eps * max_eps
    outside = square * (1 + 1e-14)
    step = min(max_eps, math.hypot(box[0, 1] - box[0, 0], box[0, 3] - box[0, 2])) / 64
    reach = np.full(count, np.inf)
    by = np.full(count, -1, np.int32)  # place of the predecessor
    placed = np.empty(count, np.int32)  # place of a processed vote
    alive = end - start
    covered = np.full(nodes, -1.0)
    least = np.full(nodes, np.inf)
    most = np.full(nodes, np.inf)
    lazy = np.full(nodes, np.inf)
    who = np.full(nodes, 2**31 - 1, np.int32)
    slot = np.empty(count, np.int32)
    leaf_of = np.empty(count, np.int32)
    for leaf in range(nodes // 2, nodes):
        for s in range(start[leaf], end[leaf]):
            slot[index[s]] = s
            leaf_of[s] = leaf
        refresh(leaf, start, alive, reach, index, covered, least, who, most, lazy)
    stack = np.empty(128, np.int32)
    ordering = np.empty(count, np.int64)
    place = 0
    while place < count:
        if lazy[0] < least[0]:
            _widen(least[0], step, start, end, alive, index, x, y, box, core, reach, by, placed,
                   covered, least, who, most, lazy, max_eps, square, outside, stack)
            continue
        i = who[0]
        s = slot[i]
        leaf = leaf_of[s]
        ordering[place] = i
        alive[leaf] -= 1
        last = start[leaf] + alive[leaf]
        index[s], index[last] = index[last], index[s]
        x[s], x[last] = x[last], x[s]
        y[s], y[last] = y[last], y[s]
        core[s], core[last] = core[last], core[s]
        reach[s], reach[last] = reach[last], reach[s]
        by[s], by[last] = by[last], by[s]
        slot[index[s]] = s
        slot[index[last]] = last
        placed[last] = place
        own = core[last]
        if own < np.inf:
            if covered[leaf] < 0:
                covered[leaf] = own if own < max_eps else np.inf
            refresh(leaf, start, alive, reach, index, covered, least, who, most, lazy)
            _spread(max(own, covered[leaf]), own, place, x[last], y[last], start, alive, index, x,
                    y, box, reach, by, covered, least, who, most, lazy, max_eps, square, outside,
                    stack)
        else:
            refresh(leaf, start, alive, reach, index, covered, least, who, most, lazy)
        place += 1
    all_core = np.empty(count)
    all_reach = np.empty(count)
    predecessor = np.full(count, -1, np.int64)
    for s in range(count):
        all_core[index[s]] = core[s]
        all_reach[index[s]] = reach[s]
        if by[s] >= 0:
            predecessor[index[s]] = ordering[by[s]]
    return ordering, all_core, all_reach, predecessor


@jit
def _spread(radius, own, place, px, py, start, alive, index, x, y, box, reach, by, covered, least,
            who, most, lazy, max_eps, square, outside, stack):
    """Offer the vote just taken to all within a radius."""
    nodes = start.shape[0]
    rounded = round15(own)
    limit = min(outside, (radius * (1 + 1e-14) + TINY)**2)
    size = 1
    stack[0] = 0
    while size > 0:
        size -= 1
        node = stack[size]
        if most[node] <= rounded:  # also where no vote is left
            continue
        d = box_square(box, node, px, py)
        if d > limit or d > (most[node] * (1 + 1e-14) + TINY)**2:
            continue
        if 2 * node + 1 < nodes:
            stack[size] = 2 * node + 1
            stack[size + 1] = 2 * node + 2
            size += 2
        elif offer(px, py, own, place, node, start, alive, x, y, reach, by, box, limit, square,
                   outside, max_eps):
            refresh(node, start, alive, reach, index, covered, least, who, most, lazy)


@jit
def _widen(level, step, start, end, alive, index, x, y, box, core, reach, by, placed, covered,
           least, who, most, lazy, max_eps, square, outside, stack):
    """Let the leaf that has covered least cover more, at least up to ``level``."""
    nodes = start.shape[0]
    leaf = 0
    while 2 * leaf + 1 < nodes:
        leaf = 2 * leaf + 1
        if lazy[leaf] != lazy[0]:
            leaf += 1
    first = start[leaf] + alive[leaf]
    smallest = np.inf
    left = low = np.inf
    right = high = -np.inf
    for s in range(first, end[leaf]):
        if core[s] < np.inf:
            smallest = min(smallest, core[s])
            left = min(left, x[s])
            right = max(right, x[s])
            low = min(low, y[s])
            high = max(high, y[s])
    rounded = round15(smallest)
    radius = max(covered[leaf] * GROWTH, covered[leaf] + step)
    if level < np.inf:
        radius = max(radius, level)
    limit = min(outside, (radius * (1 + 1e-14) + TINY)**2)
    nearest = np.inf  # squared, of what is left beyond the radius
    visited = False
    size = 1
    stack[0] = 0
    while size > 0:
        size -= 1
        node = stack[size]
        if most[node] < rounded:
            continue
        dx = max(box[node, 0] - right, left - box[node, 1], 0.0)
        dy = max(box[node, 2] - high, low - box[node, 3], 0.0)
        d = dx * dx + dy * dy
        useful = min(outside, (most[node] * (1 + 1e-14) + TINY)**2)
        if d > useful:
            continue
        if d > limit:
            nearest = min(nearest, d)
            continue
        if 2 * node + 1 < nodes:
            stack[size] = 2 * node + 1
            stack[size + 1] = 2 * node + 2
            size += 2
            continue
        visited = True
        useful = min(useful, limit)
        changed = False
        for s in range(first, end[leaf]):
            if core[s] <= radius and box_square(box, node, x[s], y[s]) <= useful:
                changed |= offer(x[s], y[s], core[s], placed[s], node, start, alive, x, y, reach,
                                 by, box, limit, square, outside, max_eps)
        if changed:
            refresh(node, start, alive, reach, index, covered, least, who, most, lazy)
    if not visited:
        radius = max(radius, math.sqrt(nearest) * (1 - 1e-12) - 2 * TINY)
    covered[leaf] = radius if radius < max_eps else np.inf
    refresh(leaf, start, alive, reach, index, covered, least, who, most, lazy)
