"""Collecting the distances of segments, compiled."""

import numpy as np

from mmmtl.utils.jit import jit


@jit
def collect_values(semantic: np.ndarray, instance: np.ndarray, depth: np.ndarray, scale: float,
                   of_label: np.ndarray, ids: np.ndarray, of_id: np.ndarray, starts: np.ndarray,
                   store: np.ndarray) -> np.ndarray:
    """Write the distances of each segment one after the other, in the order of the pixels.

    Args:
        semantic, instance: (N,) class indices and instance ids, 0 = none.
        depth: (N,) metres, NaN = not measured.
        scale: 0, or what the distance is if divided by ``depth``.
        of_label: segment of a class index without id, negative = none.
        ids: (K,) all ids that occur, ascending.
        of_id: (K,) segment of each id, negative = none.
        starts: (G,) where the segments begin in ``store``.
        store: (pixels of all segments,) float64, written to.

    Returns:
        (G,) int64: measured pixels of each segment.
    """
    filled = np.zeros(starts.size, np.int64)
    segment = -1
    for pixel in range(instance.size):
        number, label = instance[pixel], semantic[pixel]
        if pixel == 0 or number != instance[pixel - 1] or label != semantic[pixel - 1]:
            if number == 0:
                segment = of_label[np.uint16(label)]
            else:
                segment = of_id[np.searchsorted(ids, number)]
        if segment < 0:
            continue
        value = np.float64(depth[pixel])
        if value == value:
            store[starts[segment] + filled[segment]] = value if scale == 0 else scale / value
            filled[segment] += 1
    return filled
