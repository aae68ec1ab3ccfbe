"""The k-d tree that scikit-learn builds: the same votes in the same nodes.

It matters where a distance equals the radius but for its last bit: there, scikit-learn takes a
vote that lies in a node it took as a whole, and leaves it when it looks at the vote alone.
"""

import math
from typing import NamedTuple

import numpy as np

from mmmtl.utils.jit import jit

LEAF_SIZE = 30  # scikit-learn's default


class Tree(NamedTuple):
    """A perfect binary tree; node i has the children 2 i + 1 and 2 i + 2.

    Attributes:
        index: (N,) int32, vote at each slot; a node's votes are in neighbouring slots.
        x, y: (N,) float64, votes by slot.
        start: (nodes,) int32, first slot of each node.
        end: (nodes,) int32, one past its last.
        box: (nodes, 4) float64, least and greatest x, least and greatest y.
    """

    index: np.ndarray
    x: np.ndarray
    y: np.ndarray
    start: np.ndarray
    end: np.ndarray
    box: np.ndarray


def build_tree(votes: np.ndarray) -> Tree:
    """Build the tree of (N, 2) float64 votes, N > 0."""
    levels = int(math.log2(max(1, (len(votes) - 1) / LEAF_SIZE)) + 1)
    return Tree(*_build(votes, 2**levels - 1))


@jit
def _build(votes, nodes):
    """Split by halves, along the longer side of each node's box."""
    count = votes.shape[0]
    index = np.arange(count).astype(np.int32)
    x = votes[:, 0].copy()
    y = votes[:, 1].copy()
    start = np.zeros(nodes, np.int32)
    end = np.zeros(nodes, np.int32)
    box = np.empty((nodes, 4))
    end[0] = count
    for node in range(nodes):
        first = start[node]
        last = end[node]
        left = right = x[first]
        low = high = y[first]
        for s in range(first + 1, last):
            left = min(left, x[s])
            right = max(right, x[s])
            low = min(low, y[s])
            high = max(high, y[s])
        box[node, 0] = left
        box[node, 1] = right
        box[node, 2] = low
        box[node, 3] = high
        child = 2 * node + 1
        if child < nodes:
            middle = first + (last - first) // 2
            if high - low > right - left:
                _halve(y, x, index, first, last - 1, middle)
            else:
                _halve(x, y, index, first, last - 1, middle)
            start[child] = first
            end[child] = start[child + 1] = middle
            end[child + 1] = last
    return index, x, y, start, end, box


@jit
def _halve(key, other, index, low, high, middle):
    """Quickselect by (key, index): what belongs before ``middle`` goes there."""
    while low < high:
        centre = (low + high) // 2
        for a, b in ((low, centre), (low, high), (centre, high)):  # median of three
            if key[b] < key[a] or (key[b] == key[a] and index[b] < index[a]):
                _swap(key, other, index, a, b)
        pivot = key[centre]
        pivot_index = index[centre]
        i = low
        j = high
        while i <= j:
            while key[i] < pivot or (key[i] == pivot and index[i] < pivot_index):
                i += 1
            while key[j] > pivot or (key[j] == pivot and index[j] > pivot_index):
                j -= 1
            if i <= j:
                _swap(key, other, index, i, j)
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            return


@jit
def _swap(key, other, index, a, b):
    """Exchange two slots."""
    key[a], key[b] = key[b], key[a]
    other[a], other[b] = other[b], other[a]
    index[a], index[b] = index[b], index[a]


@jit
def box_square(box, node, px, py):
    """Squared distance of a point from a node's box."""
    dx = max(box[node, 0] - px, px - box[node, 1], 0.0)
    dy = max(box[node, 2] - py, py - box[node, 3], 0.0)
    return dx * dx + dy * dy


@jit
def boxes_square(box, node, bounds):
    """Squared distance of a box (least and greatest x, least and greatest y) from a node's."""
    left, right, low, high = bounds
    dx = max(box[node, 0] - right, left - box[node, 1], 0.0)
    dy = max(box[node, 2] - high, low - box[node, 3], 0.0)
    return dx * dx + dy * dy


@jit
def push_children(stack, size, node):
    """Put both children of a node on a stack; its new size."""
    stack[size] = 2 * node + 1
    stack[size + 1] = 2 * node + 2
    return size + 2


@jit
def taken_whole(box, node, px, py, radius):
    """Whether this node or one above it is within the radius as a whole, as scikit-learn asks."""
    half = 1.0 / 2.0
    while node >= 0:
        dx = max(abs(box[node, 0] - px), abs(px - box[node, 1]))
        dy = max(abs(box[node, 2] - py), abs(py - box[node, 3]))
        if math.pow(dx * dx + dy * dy, half) <= radius:
            return True
        if node == 0:
            break
        node = (node - 1) // 2
    return False
