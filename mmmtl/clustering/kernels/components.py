"""Labels from cells: components of cores, and the votes at their borders."""

import numpy as np

from mmmtl.utils.jit import jit

from .touching import UNSURE, YES, box_squares, touching


@jit
def find_root(parent, a):
    """Root of a cell's component."""
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


@jit
def take_cores(x, y, start, core):
    """Sorted cores alone: coordinates, start of each cell, and box of each cell's cores."""
    cells = start.shape[0] - 1
    total = 0
    for s in range(core.shape[0]):
        total += core[s]
    cx = np.empty(total)
    cy = np.empty(total)
    cstart = np.zeros(cells + 1, np.int32)
    box = np.empty((cells, 4))
    f = 0
    for b in range(cells):
        left = low = np.inf
        right = high = -np.inf
        for s in range(start[b], start[b + 1]):
            if core[s]:
                cx[f] = x[s]
                cy[f] = y[s]
                left = min(left, x[s])
                right = max(right, x[s])
                low = min(low, y[s])
                high = max(high, y[s])
                f += 1
        box[b, 0] = left
        box[b, 1] = right
        box[b, 2] = low
        box[b, 3] = high
        cstart[b + 1] = f
    return cx, cy, cstart, box


@jit
def join_cells(cx, cy, cstart, box, near, inside, outside):
    """Components of the cells with cores; parent of each cell, and whether all is certain.

    Cells side by side come first: they mostly touch, and then most others are joined already.
    """
    cells = cstart.shape[0] - 1
    parent = np.arange(cells).astype(np.int32)
    certain = True
    for adjacent in (True, False):
        for b in range(cells):
            if cstart[b] == cstart[b + 1]:
                continue
            for k in range(2, 5):
                first = max(near[b, k, 0], b + 1)
                for c in range(first, near[b, k, 1]):
                    if cstart[c] == cstart[c + 1]:
                        continue
                    root, other = find_root(parent, b), find_root(parent, c)
                    if root == other:
                        continue
                    least, most = box_squares(
                        box[b, 0], box[b, 1], box[b, 2], box[b, 3],
                        box[c, 0], box[c, 1], box[c, 2], box[c, 3])
                    if least > outside or (adjacent and least * 16 > outside):
                        continue
                    found = YES
                    if most > inside:
                        found = touching(
                            cx[cstart[b]:cstart[b + 1]], cy[cstart[b]:cstart[b + 1]],
                            cx[cstart[c]:cstart[c + 1]], cy[cstart[c]:cstart[c + 1]],
                            inside, outside)
                    if found == YES:
                        parent[max(root, other)] = min(root, other)
                    elif found == UNSURE and not adjacent:
                        certain = False
    return parent, certain


@jit
def component_starts(parent, start, order, core):
    """Smallest index of a core of each component, at its root."""
    first = np.full(parent.shape[0], core.shape[0], np.int32)
    for b in range(parent.shape[0]):
        for s in range(start[b], start[b + 1]):
            if core[s]:
                root = find_root(parent, b)
                first[root] = min(first[root], order[s])
                break  # votes of a cell are in the order of their indices
    return first


@jit
def label_votes(x, y, order, start, near, core, cx, cy, cstart, box, parent, first, inside,
                outside):
    """Labels by index of vote, and whether all is certain.

    OPTICS empties a component before it starts the next, in the order of their first cores. So a
    vote that is no core goes to the adjacent component that starts first; one whose index comes
    before that start was visited before it, alone, and is noise.
    """
    count = x.shape[0]
    owner = np.full(count, -1, np.int32)
    certain = True
    for b in range(start.shape[0] - 1):
        own = first[find_root(parent, b)] if cstart[b] < cstart[b + 1] else np.int32(count)
        for s in range(start[b], start[b + 1]):
            if core[s]:
                owner[order[s]] = own
                continue
            best = own
            for k in range(5):
                for c in range(near[b, k, 0], near[b, k, 1]):
                    if cstart[c] == cstart[c + 1]:
                        continue
                    candidate = first[find_root(parent, c)]
                    if candidate >= best or candidate > order[s]:
                        continue
                    least, most = box_squares(x[s], x[s], y[s], y[s], box[c, 0], box[c, 1],
                                              box[c, 2], box[c, 3])
                    if least > outside:
                        continue
                    found = YES
                    if most > inside:
                        found = touching(x[s:s + 1], y[s:s + 1], cx[cstart[c]:cstart[c + 1]],
                                         cy[cstart[c]:cstart[c + 1]], inside, outside)
                    if found == YES:
                        best = candidate
                    elif found == UNSURE:
                        certain = False
            if best < order[s]:
                owner[order[s]] = best
    labels = np.empty(count, np.int64)
    rank = np.empty(count, np.int32)
    found = 0
    for i in range(count):
        if owner[i] == i:
            rank[i] = found
            found += 1
        labels[i] = rank[owner[i]] if owner[i] >= 0 else -1
    return labels, certain
