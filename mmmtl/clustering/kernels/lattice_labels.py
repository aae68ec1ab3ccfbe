"""Labels of votes rounded to 1/q pixel: bins with weights instead of votes."""

import numpy as np

from ..jit import jit
from .boundary import certain_squares
from .cells import bounds
from .components import find_root
from .raster import AREA, SHIFT, bin_at, fill_tiles

MOST_STEPS = 20  # radius in steps from which on a look at all steps takes longer than at votes


def lattice_labels(votes: np.ndarray, eps: float, min_samples: int, quantise: int,
                   most_looks: float | None = None) -> np.ndarray | None:
    """Labels, as :func:`~mmmtl.clustering.optics_labels` describes them with ``quantise``.

    Args:
        votes, eps, min_samples, quantise: as there.
        most_looks: steps looked at for each vote from which on it is faster to look at votes;
            by default more with ``min_samples``, since so many votes may have to be looked at.

    Returns:
        (N,) int64; None where rounding of ``eps`` decides, or where votes are so few or far
        between that bins are of no use.
    """
    inside, outside = (square * quantise**2 for square in certain_squares(eps))
    if inside < 0 or outside >= (MOST_STEPS + 1)**2 or int(inside) != int(outside):
        return None
    dx, dy = offsets(int(inside))
    pad = int(dx.max()) + 1
    left, right, low, high = (int(np.rint(bound * quantise)) for bound in bounds(votes))
    left, low = left - pad, low - pad
    columns = ((right + pad - left) >> SHIFT) + 1
    rows = ((high + pad - low) >> SHIFT) + 1
    if columns * rows > 4 * len(votes) + 2**16:
        return None
    raster = fill_tiles(votes, float(quantise), left, low, columns, rows,
                        (16 * len(votes) + 2**18) // AREA)
    if most_looks is None:
        most_looks = max(8.0, min_samples / 4)
    if len(raster[0]) == 0 or len(raster[1]) * len(dx) > most_looks * len(votes):
        return None
    return _label(*raster, columns, dx, dy, min_samples)


def offsets(limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps with dx * dx + dy * dy <= ``limit``, the nearest first, as int32."""
    radius = int(np.sqrt(limit))
    dy, dx = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    square = (dx * dx + dy * dy).ravel()
    order = np.argsort(square, kind='stable')
    order = order[square[order] <= limit]
    return dx.ravel()[order].astype(np.int32), dy.ravel()[order].astype(np.int32)


@jit
def _label(bin_of, bx, by, weight, where, tiles, columns, dx, dy, min_samples):
    """Labels by index of vote, by the rules of :func:`~.components.label_votes`.

    Bins are numbered in the order of their first votes, so a component's smallest bin has its
    smallest core.
    """
    bins = bx.shape[0]
    core = np.zeros(bins, np.bool_)
    lone = np.zeros(bins, np.bool_)  # no other bin near
    for b in range(bins):
        total = weight[b]
        for j in range(1, dx.shape[0]):
            if total >= min_samples:
                break
            other = bin_at(bx[b] + dx[j], by[b] + dy[j], where, columns, tiles)
            if other > 0:
                total += weight[other - 1]
        core[b] = total >= min_samples
        lone[b] = total == weight[b]
    parent = np.arange(bins).astype(np.int32)
    for b in range(bins):
        if not core[b]:
            continue
        root = find_root(parent, b)
        for j in range(1, dx.shape[0]):
            if dy[j] < 0 or (dy[j] == 0 and dx[j] < 0):
                continue  # from the other side
            other = bin_at(bx[b] + dx[j], by[b] + dy[j], where, columns, tiles)
            if other > 0 and core[other - 1]:
                second = find_root(parent, other - 1)
                if second != root:
                    parent[max(root, second)] = min(root, second)
                    root = min(root, second)
    found = 0
    rank = np.full(bins, -1, np.int32)
    owner = np.full(bins, -1, np.int32)  # bin that starts the component
    for b in range(bins):
        if core[b]:
            owner[b] = find_root(parent, b)
            if owner[b] == b:
                rank[b] = found
                found += 1
        if core[b] or lone[b]:
            continue
        best = np.int32(bins)
        for j in range(1, dx.shape[0]):
            other = bin_at(bx[b] + dx[j], by[b] + dy[j], where, columns, tiles)
            if other > 0 and core[other - 1]:
                best = min(best, find_root(parent, other - 1))
        if best < bins:
            owner[b] = best
    labels = np.empty(bin_of.shape[0], np.int64)
    newest = -1  # the last bin met so far
    for i in range(bin_of.shape[0]):
        b = bin_of[i]
        newest = max(newest, b)
        labels[i] = rank[owner[b]] if 0 <= owner[b] <= newest else -1
    return labels
