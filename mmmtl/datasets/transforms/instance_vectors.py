"""Instance vectors: from each pixel of an instance to the centroid of what is seen of it."""

from __future__ import annotations

import numpy as np

from .map_kernels import offsets_to, sum_positions

_LARGEST_TABLE = 1 << 20  # ids below this index a table directly; sparse larger ones are ranked


def instance_vectors(ids: np.ndarray) -> np.ndarray:
    """Vectors from the pixels to the centroid of their instance (Kendall et al., section 3.2).

    Pixel (column x, row y) has the coordinates (x, y), whole numbers at the centre of the pixel.
    The centroid is the mean over the pixels that carry the id in this map, so it depends on the
    crop.

    Args:
        ids: (H, W) integers; 0 or below = no instance.

    Returns:
        (H, W, 2) float32 in pixels, channels (x, y) = centroid - pixel; NaN outside instances.

    Raises:
        ValueError: if the map is not two-dimensional or not of integers.
    """
    if ids.ndim != 2 or not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(f'ids must be (H, W) integers, not {ids.dtype} {ids.shape}')
    ids = np.ascontiguousarray(ids)
    if ids.max(initial=0) >= _LARGEST_TABLE:
        ids = _ranked(ids)
    sums = np.zeros((3, int(ids.max(initial=0)) + 1), np.int64)
    sum_positions(ids, sums)
    vectors = np.empty((2, *ids.shape), np.float32)  # as packing wants them
    offsets_to(ids, sums[1:] / np.maximum(sums[0], 1), vectors)
    return vectors.transpose(1, 2, 0)


def _ranked(ids: np.ndarray) -> np.ndarray:
    """Positive ids numbered from 1, all others 0."""
    ranked = np.zeros(ids.shape, np.int64)
    things = ids > 0
    ranked[things] = np.unique(ids[things], return_inverse=True)[1].ravel() + 1
    return ranked
