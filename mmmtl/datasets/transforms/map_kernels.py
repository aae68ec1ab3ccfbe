"""Loops over all pixels of a label map, compiled: numpy would go over it several times.

Nothing here checks bounds: callers see to it that tables cover every value.
"""

import numpy as np

from mmmtl.utils.jit import jit


@jit
def look_up(values: np.ndarray, table: np.ndarray, out: np.ndarray) -> None:
    """``out = table[values]``.

    Args:
        values: (H, W) unsigned integers, each below the length of the table.
        table: (N, ).
        out: (H, W) of the table's type.
    """
    for y in range(values.shape[0]):
        for x in range(values.shape[1]):
            out[y, x] = table[values[y, x]]


@jit
def look_up_and_note(values: np.ndarray, table: np.ndarray, found: np.ndarray,
                     out: np.ndarray) -> None:
    """:func:`look_up`, and ``found[value] = True`` for each value that occurs."""
    for y in range(values.shape[0]):
        for x in range(values.shape[1]):
            value = values[y, x]
            found[value] = True
            out[y, x] = table[value]


@jit
def disparity_values(pixels: np.ndarray, out: np.ndarray) -> None:
    """(p - 1) / 256 as float32, NaN where p is 0; exact, since 16 bits fit into the mantissa."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            value = (np.float32(pixels[y, x]) - np.float32(1)) * np.float32(1 / 256)
            out[y, x] = np.float32(np.nan) if pixels[y, x] == 0 else value


@jit
def sum_positions(ids: np.ndarray, sums: np.ndarray) -> None:
    """Number of pixels, sum of columns and of rows of each id.

    Args:
        ids: (H, W) integers below N; 0 or below = no instance.
        sums: (3, N) int64 of zeros, filled in.
    """
    for y in range(ids.shape[0]):
        for x in range(ids.shape[1]):
            number = ids[y, x]
            if number > 0:
                sums[0, number] += 1
                sums[1, number] += x
                sums[2, number] += y


@jit
def offsets_to(ids: np.ndarray, centroids: np.ndarray, out: np.ndarray) -> None:
    """Centroid - pixel, channels (x, y); NaN outside instances.

    Args:
        ids: (H, W) integers below N.
        centroids: (2, N) float64.
        out: (2, H, W) float32.
    """
    for y in range(ids.shape[0]):
        for x in range(ids.shape[1]):
            number = ids[y, x]
            if number > 0:
                out[0, y, x] = centroids[0, number] - x
                out[1, y, x] = centroids[1, number] - y
            else:
                out[0, y, x] = out[1, y, x] = np.nan
