"""Row filters of PNG, undone by compiled code."""

import numpy as np

from mmmtl.utils.jit import jit

NUM_FILTERS = 5


@jit
def undo_filters(raw: np.ndarray, step: int, out: np.ndarray) -> None:
    """What stood in the rows before they were filtered (PNG specification, section 9).

    Args:
        raw: (H, 1 + B) uint8, each row's filter (below :data:`NUM_FILTERS`) and its bytes.
        step: bytes a pixel, 1 or 2.
        out: (H, B) uint8.
    """
    height, width = out.shape
    above = np.zeros(width, np.uint8)
    for y in range(height):
        kind, line, row = raw[y, 0], raw[y, 1:], out[y]
        if kind == 0:
            row[:] = line
        elif kind == 1:
            _undo_sub(line, step, row)
        elif kind == 2:
            for x in range(width):
                row[x] = line[x] + above[x]
        elif kind == 3:
            _undo_average(line, above, step, row)
        else:
            _undo_paeth(line, above, step, row)
        above = row


@jit
def _undo_sub(line: np.ndarray, step: int, row: np.ndarray) -> None:
    """Bytes minus those of the pixel to the left, which stays in a register."""
    for start in range(step):
        left = np.uint8(0)
        for x in range(start, row.size, step):
            left = np.uint8(left + line[x])
            row[x] = left


@jit
def _undo_average(line: np.ndarray, above: np.ndarray, step: int, row: np.ndarray) -> None:
    """Bytes minus the mean of the pixel to the left and the one above, rounded down."""
    for start in range(step):
        left = np.int32(0)
        for x in range(start, row.size, step):
            left = (np.int32(line[x]) + ((left + np.int32(above[x])) >> 1)) & 255
            row[x] = left


@jit
def _nearest(left: int, up: int, corner: int) -> int:
    """Whichever is nearest to left + up - corner; the first of equals."""
    to_left, to_up = abs(up - corner), abs(left - corner)
    to_corner = abs(left + up - 2 * corner)
    best = up if to_up < to_left else left
    return corner if to_corner < min(to_left, to_up) else best


@jit
def _undo_paeth(line: np.ndarray, above: np.ndarray, step: int, row: np.ndarray) -> None:
    """Bytes minus the left, upper or upper left one, by :func:`_nearest`.

    A byte waits for its left neighbour; two bytes of a pixel do not wait for each other.
    """
    left = corner = low = low_corner = np.int32(0)
    if step == 2:
        for x in range(0, row.size, 2):
            up, low_up = np.int32(above[x]), np.int32(above[x + 1])
            left = (np.int32(line[x]) + _nearest(left, up, corner)) & 255
            low = (np.int32(line[x + 1]) + _nearest(low, low_up, low_corner)) & 255
            row[x], row[x + 1] = left, low
            corner, low_corner = up, low_up
        return
    for x in range(row.size):
        up = np.int32(above[x])
        left = (np.int32(line[x]) + _nearest(left, up, corner)) & 255
        row[x] = left
        corner = up
