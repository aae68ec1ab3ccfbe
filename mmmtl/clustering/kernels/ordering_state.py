"""What the ordering of OPTICS keeps of votes and nodes, and how it stays true."""

from typing import NamedTuple

import numpy as np

from mmmtl.utils.jit import jit

from .tree import Tree

TINY = 4e-15  # distances that differ by less may be equal when rounded to 15 decimals
NOBODY = np.int32(2**31 - 1)  # above every index of a vote


class Votes(NamedTuple):
    """What is known of each vote, by slot.

    Attributes:
        core: (N,) float64, core distance, pixels.
        reach: (N,) float64, least reachability so far.
        by: (N,) int32, place in the ordering of the vote that it comes from; -1 for none.
        placed: (N,) int32, place in the ordering of a vote that is in it.
    """

    core: np.ndarray
    reach: np.ndarray
    by: np.ndarray
    placed: np.ndarray


class Nodes(NamedTuple):
    """What each node of the tree says of its votes that are left, that is not in the ordering.

    Attributes:
        alive: (nodes,) int32, of a leaf: votes left; they are in its first slots.
        covered: (nodes,) float64, of a leaf: radius within which all its votes in the ordering
            have been offered, -1 where none has.
        least: (nodes,) float64, least reachability of the votes left.
        who: (nodes,) int32, the first vote, by index, that has it.
        most: (nodes,) float64, their greatest reachability.
        lazy: (nodes,) float64, least radius covered by a leaf below.
    """

    alive: np.ndarray
    covered: np.ndarray
    least: np.ndarray
    who: np.ndarray
    most: np.ndarray
    lazy: np.ndarray


class Radius(NamedTuple):
    """The largest radius of a neighbourhood.

    Attributes:
        max_eps: pixels.
        square: its square.
        outside: the squared distance above which nothing is within, in spite of rounding.
    """

    max_eps: float
    square: float
    outside: float


class State(NamedTuple):
    """All that the ordering changes as it goes; ``tree`` is reordered within leaves."""

    tree: Tree
    votes: Votes
    nodes: Nodes
    radius: Radius


@jit
def start_state(tree, core, max_eps):
    """The state before the first vote is taken; ``core`` by slot."""
    count = core.shape[0]
    nodes = tree.start.shape[0]
    square = max_eps * max_eps
    state = State(
        tree,
        Votes(core, np.full(count, np.inf), np.full(count, -1, np.int32),
              np.empty(count, np.int32)),
        Nodes(tree.end - tree.start, np.full(nodes, -1.0), np.full(nodes, np.inf),
              np.full(nodes, NOBODY, np.int32), np.full(nodes, np.inf), np.full(nodes, np.inf)),
        Radius(max_eps, square, square * (1 + 1e-14)))
    for leaf in range(nodes // 2, nodes):
        refresh(state, leaf)
    return state


@jit
def widened_square(distance):
    """Square of a distance; no larger one is equal to it when rounded to 15 decimals."""
    return (distance * (1 + 1e-14) + TINY)**2


@jit
def refresh(state, leaf):
    """Recompute what a leaf and the nodes above it say of their votes."""
    index, start, reach = state.tree.index, state.tree.start, state.votes.reach
    alive, covered, least, who, most, lazy = state.nodes
    low = np.inf
    high = -np.inf
    best = NOBODY
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
