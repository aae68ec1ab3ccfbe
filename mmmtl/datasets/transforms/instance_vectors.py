"""Instance vectors: from each pixel of an instance to the centroid of what is seen of it."""

from __future__ import annotations

import numpy as np

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
    vectors = np.full((*ids.shape, 2), np.nan, dtype=np.float32)
    pixels = np.flatnonzero(ids > 0)
    if pixels.size == 0:
        return vectors
    labels = ids.ravel()[pixels]
    if labels.max() >= _LARGEST_TABLE:
        labels = np.unique(labels, return_inverse=True)[1].ravel()
    rows, columns = np.divmod(pixels, ids.shape[1])
    counts = np.maximum(np.bincount(labels), 1)
    flat = vectors.reshape(-1, 2)
    for channel, position in enumerate((columns, rows)):
        centroid = np.bincount(labels, weights=position) / counts
        flat[pixels, channel] = centroid[labels] - position
    return vectors
