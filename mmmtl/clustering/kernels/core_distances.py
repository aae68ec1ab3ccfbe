"""Distance of each vote to its ``min_samples``-th nearest."""

import math

import numpy as np

from mmmtl.utils.jit import jit

from .tree import box_square, boxes_square, push_children

SLACK = 1 + 1e-12  # by which a bound on a distance is widened, for rounding


@jit
def round15(value):
    """Round to 15 decimals as numpy does."""
    return np.rint(value * 1e15) / 1e15


@jit
def select(values, count, k):
    """The k-th smallest (from 0) of the first ``count`` values; the k smallest come first."""
    low = 0
    high = count - 1
    while low < high:
        pivot = values[(low + high) >> 1]
        i = low
        j = high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return values[k]


@jit
def gather(x, y, first, last, px, py, found, count, best, k):
    """Add squared distances below ``best``; return their number and the best known k-th."""
    for s in range(first, last):
        dx = px - x[s]
        dy = py - y[s]
        square = dx * dx + dy * dy
        found[count] = square
        count += square < best
    if count >= 4 * k:
        best = select(found, count, k - 1)
        count = k
    return count, best


@jit
def descend(tree, px, py, found, best, k, stack):
    """Search the tree for one point; squared distance of the k-th below ``best``, else inf."""
    start, end, box = tree.start, tree.end, tree.box
    nodes = start.shape[0]
    count = 0
    size = 1
    stack[0] = 0
    while size > 0:
        size -= 1
        node = stack[size]
        if box_square(box, node, px, py) >= best:
            continue
        child = 2 * node + 1
        if child >= nodes:
            count, best = gather(tree.x, tree.y, start[node], end[node], px, py, found, count,
                                 best, k)
            continue
        if box_square(box, child, px, py) <= box_square(box, child + 1, px, py):
            stack[size] = child + 1
            stack[size + 1] = child
        else:
            stack[size] = child
            stack[size + 1] = child + 1
        size += 2
    return select(found, count, k - 1) if count >= k else np.inf


@jit
def near_leaves(start, box, leaf, reach, out, stack):
    """Collect the leaves nearer than ``reach`` to a leaf, itself first; return their number."""
    nodes = start.shape[0]
    bounds = (box[leaf, 0], box[leaf, 1], box[leaf, 2], box[leaf, 3])
    limit = reach * reach
    out[0] = leaf
    count = 1
    size = 1
    stack[0] = 0
    while size > 0:
        size -= 1
        node = stack[size]
        if boxes_square(box, node, bounds) >= limit:
            continue
        if 2 * node + 1 >= nodes:
            if node != leaf:
                out[count] = node
                count += 1
            continue
        size = push_children(stack, size, node)
    return count


@jit
def core_distances(tree, min_samples, max_eps):
    """Core distances by slot, rounded to 15 decimals; inf where more than ``max_eps``.

    One vote of a leaf is searched for in the tree. Its distance bounds those of the others, so
    that only a few leaves around need a look.

    Args:
        tree: see :class:`~mmmtl.clustering.kernels.tree.Tree`.
        min_samples: k, the vote itself counted.
        max_eps: pixels.
    """
    x, y, start, end, box = tree.x, tree.y, tree.start, tree.end, tree.box
    nodes = start.shape[0]
    k = min_samples
    core = np.full(x.shape[0], np.inf)
    limit = max_eps * max_eps * (1 + 1e-14) + 1e-300
    found = np.empty(5 * k + 64)
    stack = np.empty(128, np.int32)
    leaves = np.empty(nodes, np.int32)
    bound = np.inf
    for leaf in range(nodes // 2, nodes):
        first = start[leaf]
        best = limit
        if bound < np.inf:  # from the leaf before
            dx = x[first] - x[first - 1]
            dy = y[first] - y[first - 1]
            best = min(limit, ((bound + math.sqrt(dx * dx + dy * dy)) * SLACK)**2 + 1e-300)
        core[first] = math.sqrt(descend(tree, x[first], y[first], found, best, k, stack))
        reach = 0.0
        for s in range(first, end[leaf]):
            dx = x[s] - x[first]
            dy = y[s] - y[first]
            reach = max(reach, (core[first] + math.sqrt(dx * dx + dy * dy)) * SLACK)
        near = near_leaves(start, box, leaf, min(reach, math.sqrt(limit)), leaves, stack)
        for s in range(first + 1, end[leaf]):
            px = x[s]
            py = y[s]
            bound = np.inf
            for t in range(first, s):
                dx = px - x[t]
                dy = py - y[t]
                bound = min(bound, core[t] + math.sqrt(dx * dx + dy * dy))
            if bound == 0:
                core[s] = 0
                continue
            best = min(limit, (bound * SLACK)**2 + 1e-300)
            count = 0
            for i in range(near):
                if box_square(box, leaves[i], px, py) < best:
                    count, best = gather(x, y, start[leaves[i]], end[leaves[i]], px, py, found,
                                         count, best, k)
            if count >= k:
                core[s] = math.sqrt(select(found, count, k - 1))
        bound = core[end[leaf] - 1]
    for s in range(core.shape[0]):
        core[s] = round15(core[s]) if core[s] <= max_eps else np.inf
    return core
