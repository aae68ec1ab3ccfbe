"""The ordering of OPTICS: always the nearest vote next."""

import math

import numpy as np

from mmmtl.utils.jit import jit

from .offers import Offer, spread, widen
from .ordering_state import refresh, start_state


@jit
def order_votes(tree, core, max_eps):
    """Ordering, reachability and predecessor.

    A vote taken next offers itself at once to those within its core distance, and to farther ones
    only when the ordering comes to such distances: each leaf keeps the radius that its processed
    votes have covered. Each node keeps the least and the greatest reachability of its votes that
    are left, which gives the next vote, and tells whole nodes that need no offer.

    Args:
        tree: see :class:`~mmmtl.clustering.kernels.tree.Tree`; reordered within leaves.
        core: core distances by slot, likewise.
        max_eps: pixels.

    Returns:
        Ordering, and by index of vote: core distance, reachability, predecessor.
    """
    count = core.shape[0]
    state = start_state(tree, core, max_eps)
    covered, least, lazy = state.nodes.covered, state.nodes.least, state.nodes.lazy
    who = state.nodes.who
    slot, leaf_of = _places(tree)
    width, height = tree.box[0, 1] - tree.box[0, 0], tree.box[0, 3] - tree.box[0, 2]
    step = min(max_eps, math.hypot(width, height)) / 64
    stack = np.empty(128, np.int32)
    ordering = np.empty(count, np.int64)
    place = 0
    while place < count:
        if lazy[0] < least[0]:
            widen(state, least[0], step, stack)
            continue
        ordering[place] = who[0]
        leaf = leaf_of[slot[who[0]]]
        last = _take(state, leaf, slot)
        state.votes.placed[last] = place
        own = core[last]
        if own < np.inf and covered[leaf] < 0:
            covered[leaf] = own if own < max_eps else np.inf
        refresh(state, leaf)
        if own < np.inf:
            offer = Offer(tree.x[last], tree.y[last], own, np.int32(place))
            spread(state, offer, max(own, covered[leaf]), stack)
        place += 1
    return _by_index(state, ordering)


@jit
def _places(tree):
    """Slot of each vote by index, and leaf of each slot."""
    count = tree.index.shape[0]
    slot = np.empty(count, np.int32)
    leaf_of = np.empty(count, np.int32)
    for leaf in range(tree.start.shape[0] // 2, tree.start.shape[0]):
        for s in range(tree.start[leaf], tree.end[leaf]):
            slot[tree.index[s]] = s
            leaf_of[s] = leaf
    return slot, leaf_of


@jit
def _take(state, leaf, slot):
    """Take a leaf's next vote out of those left: it changes places with the last; its new slot."""
    index, x, y = state.tree.index, state.tree.x, state.tree.y
    core, reach, by, _ = state.votes
    alive = state.nodes.alive
    s = slot[state.nodes.who[leaf]]
    alive[leaf] -= 1
    last = state.tree.start[leaf] + alive[leaf]
    index[s], index[last] = index[last], index[s]
    x[s], x[last] = x[last], x[s]
    y[s], y[last] = y[last], y[s]
    core[s], core[last] = core[last], core[s]
    reach[s], reach[last] = reach[last], reach[s]
    by[s], by[last] = by[last], by[s]
    slot[index[s]] = s
    slot[index[last]] = last
    return last


@jit
def _by_index(state, ordering):
    """The result of :func:`order_votes`."""
    index = state.tree.index
    core, reach, by, _ = state.votes
    all_core = np.empty(core.shape[0])
    all_reach = np.empty(core.shape[0])
    predecessor = np.full(core.shape[0], -1, np.int64)
    for s in range(core.shape[0]):
        all_core[index[s]] = core[s]
        all_reach[index[s]] = reach[s]
        if by[s] >= 0:
            predecessor[index[s]] = ordering[by[s]]
    return ordering, all_core, all_reach, predecessor
