"""Labels of votes rounded to 1/q pixel: bins with weights instead of votes."""

import numpy as np

from mmmtl.utils.jit import jit

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
    if len(raster.bin_of) == 0 or len(raster.x) * len(dx) > most_looks * len(votes):
        return None
    core, lone = _find_cores(raster, dx, dy, min_samples)
    parent = _join_cores(raster, dx, dy, core)
    return _label(raster.bin_of, _find_owners(raster, dx, dy, core, lone, parent))


def offsets(limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps with dx * dx + dy * dy <= ``limit``, the nearest first, as int32."""
    radius = int(np.sqrt(limit))
    dy, dx = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    square = (dx * dx + dy * dy).ravel()
    order = np.argsort(square, kind='stable')
    order = order[square[order] <= limit]
    return dx.ravel()[order].astype(np.int32), dy.ravel()[order].astype(np.int32)


@jit
def _find_cores(raster, dx, dy, min_samples):
    """Which bins are cores, and which have no other bin near."""
    bins = raster.x.shape[0]
    core = np.zeros(bins, np.bool_)
    lone = np.zeros(bins, np.bool_)
    for b in range(bins):
        total = raster.weight[b]
        for j in range(1, dx.shape[0]):
            if total >= min_samples:
                break
            other = bin_at(raster, raster.x[b] + dx[j], raster.y[b] + dy[j])
            if other > 0:
                total += raster.weight[other - 1]
        core[b] = total >= min_samples
        lone[b] = total == raster.weight[b]
    return core, lone


@jit
def _join_cores(raster, dx, dy, core):
    """Components of the cores; parent of each bin, at the root the component's smallest bin."""
    bins = raster.x.shape[0]
    parent = np.arange(bins).astype(np.int32)
    for b in range(bins):
        if not core[b]:
            continue
        root = find_root(parent, b)
        for j in range(1, dx.shape[0]):
            if dy[j] < 0 or (dy[j] == 0 and dx[j] < 0):
                continue  # from the other side
            other = bin_at(raster, raster.x[b] + dx[j], raster.y[b] + dy[j])
            if other > 0 and core[other - 1]:
                second = find_root(parent, other - 1)
                if second != root:
                    parent[max(root, second)] = min(root, second)
                    root = min(root, second)
    return parent


@jit
def _find_owners(raster, dx, dy, core, lone, parent):
    """Bin that starts the component of each bin, -1 where it is in none.

    Of several components the first, by the rules of :func:`~.components.label_votes`. Bins are
    numbered in the order of their first votes, so a component's smallest bin has its smallest
    core.
    """
    bins = raster.x.shape[0]
    owner = np.full(bins, -1, np.int32)
    for b in range(bins):
        if core[b]:
            owner[b] = find_root(parent, b)
        if core[b] or lone[b]:
            continue
        best = np.int32(bins)
        for j in range(1, dx.shape[0]):
            other = bin_at(raster, raster.x[b] + dx[j], raster.y[b] + dy[j])
            if other > 0 and core[other - 1]:
                best = min(best, find_root(parent, other - 1))
        if best < bins:
            owner[b] = best
    return owner


@jit
def _label(bin_of, owner):
    """Labels by index of vote; noise also where the vote comes before its component starts."""
    rank = np.empty(owner.shape[0], np.int32)
    found = 0
    for b in range(owner.shape[0]):
        if owner[b] == b:
            rank[b] = found
            found += 1
    labels = np.empty(bin_of.shape[0], np.int64)
    newest = -1  # the last bin met so far
    for i in range(bin_of.shape[0]):
        b = bin_of[i]
        newest = max(newest, b)
        labels[i] = rank[owner[b]] if 0 <= owner[b] <= newest else -1
    return labels
