"""Bilinear resizing of a part of an image, and counts of the classes in one, compiled."""

import numpy as np

from mmmtl.utils.jit import jit


@jit
def class_counts(labels: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How often each value stands in ``labels[rows][:, columns]``.

    Args:
        labels: (H, W) uint8.
        rows, columns: indices, int32.

    Returns:
        (256, ) int64.
    """
    counts = np.zeros((2, 256), np.int64)  # two: equal neighbours do not wait for each other
    even = columns.size - columns.size % 2
    for y in range(rows.size):
        line = labels[rows[y]]
        for x in range(0, even, 2):
            counts[0, line[columns[x]]] += 1
            counts[1, line[columns[x + 1]]] += 1
        if even < columns.size:
            counts[0, line[columns[even]]] += 1
    return counts[0] + counts[1]


@jit
def pick(values: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """``out = values[rows][:, columns]`` for a map (H, W) of any type."""
    for y in range(rows.size):
        line = values[rows[y]]
        for x in range(columns.size):
            out[y, x] = line[columns[x]]


@jit
def _mix_columns(line: np.ndarray, left: np.ndarray, right: np.ndarray, weights: np.ndarray,
                 out: np.ndarray) -> None:
    """A row of pixels (W, 3) at fractional columns, times 2048."""
    for x in range(left.size):
        a, b = left[x], right[x]
        u, v = weights[x, 0], weights[x, 1]
        out[3 * x] = line[a, 0] * u + line[b, 0] * v
        out[3 * x + 1] = line[a, 1] * u + line[b, 1] * v
        out[3 * x + 2] = line[a, 2] * u + line[b, 2] * v


@jit
def resize_part(image: np.ndarray, top: np.ndarray, bottom: np.ndarray, down: np.ndarray,
                left: np.ndarray, right: np.ndarray, across: np.ndarray,
                out: np.ndarray) -> None:
    """What OpenCV's bilinear resizing gives in some rows and columns, by its integers.

    A row is mixed along x with weights of 11 bits; two such rows, less 4 bits, are mixed along y
    and rounded, with the shifts of OpenCV's ``VResizeLinear`` for 8 bits.

    Args:
        image: (H, W, 3) uint8.
        top, bottom: rows above and below each row of the part, int32.
        down: (rows, 2) int32, their weights times 2048.
        left, right: columns beside each column of the part, int32.
        across: (columns, 2) int32, their weights times 2048.
        out: (rows, 3 columns) uint8.
    """
    width = left.size * 3
    mixed = np.empty((2, width), np.int32)
    held = np.full(2, -1)
    for y in range(top.size):
        above, below = top[y], bottom[y]
        if held[0] != above:
            if held[1] == above:  # the row below is often the next one's row above
                mixed[0] = mixed[1]
            else:
                _mix_columns(image[above], left, right, across, mixed[0])
            held[0] = above
        if held[1] != below:
            if below == above:
                mixed[1] = mixed[0]
            else:
                _mix_columns(image[below], left, right, across, mixed[1])
            held[1] = below
        first, second = mixed[0], mixed[1]
        u, v = down[y, 0], down[y, 1]
        line = out[y]
        for x in range(width):
            line[x] = (((u * (first[x] >> 4)) >> 16) + ((v * (second[x] >> 4)) >> 16) + 2) >> 2
