"""Which votes have enough neighbours to be a core."""

import numpy as np

from mmmtl.utils.jit import jit

CHUNK = 256  # votes looked at between two checks of whether they are enough


@jit
def find_cores(x, y, start, near, min_samples, inside, outside):
    """Cores among the sorted votes; any two votes of one cell are neighbours.

    Args:
        x, y, start, near: see :class:`~mmmtl.clustering.kernels.cells.Cells`.
        min_samples: neighbours that make a core, itself counted.
        inside, outside: see :func:`~mmmtl.clustering.kernels.boundary.certain_squares`.

    Returns:
        (N,) bool, and whether all is certain.
    """
    core = np.zeros(x.shape[0], np.bool_)
    for b in range(start.shape[0] - 1):
        own = start[b + 1] - start[b]
        if own >= min_samples:
            core[start[b]:start[b + 1]] = True
            continue
        total = 0
        for k in range(5):
            total += start[near[b, k, 1]] - start[near[b, k, 0]]
        if total < min_samples:
            continue
        for s in range(start[b], start[b + 1]):
            sure, possible = _neighbours(x, y, start, near[b], x[s], y[s], min_samples, inside,
                                         outside)
            core[s] = sure >= min_samples
            if sure < min_samples <= possible:
                return core, False
    return core, True


@jit
def _neighbours(x, y, start, near, px, py, enough, inside, outside):
    """Count neighbours of a point, those beyond doubt and all, until there are enough."""
    sure = 0
    possible = 0
    for k in (2, 1, 3, 0, 4):  # the nearest rows first
        end = start[near[k, 1]]
        for low in range(start[near[k, 0]], end, CHUNK):
            for t in range(low, min(low + CHUNK, end)):
                dx = px - x[t]
                dy = py - y[t]
                square = dx * dx + dy * dy
                sure += square <= inside
                possible += square <= outside
            if sure >= enough:
                return sure, possible
    return sure, possible
