"""Counting combinations of values in label maps, compiled."""

import numpy as np

from mmmtl.utils.jit import jit

_BLOCK = 8  # pixels that are compared at once, without a branch for each; more were slower


@jit
def _place(table: np.ndarray, a: int, b: int, c: int, d: int) -> int:
    """Row of a combination in an open table, or the free row where it belongs."""
    mask = table.shape[0] - 1
    mixed = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ np.uint64(b)) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = (mixed ^ np.uint64(c)) * np.uint64(0x165667B19E3779F9)
    mixed = (mixed ^ np.uint64(d)) * np.uint64(0x27D4EB2F165667C5)
    row = np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(mask))
    while table[row, 4] and not (table[row, 0] == a and table[row, 1] == b
                                 and table[row, 2] == c and table[row, 3] == d):
        row = (row + 1) & mask
    return row


@jit
def _enlarged(table: np.ndarray) -> np.ndarray:
    larger = np.zeros((2 * table.shape[0], 5), np.int64)
    for row in range(table.shape[0]):
        if table[row, 4]:
            larger[_place(larger, table[row, 0], table[row, 1], table[row, 2],
                          table[row, 3])] = table[row]
    return larger


@jit
def count_combinations(first: np.ndarray, second: np.ndarray, third: np.ndarray,
                       fourth: np.ndarray, rows: int) -> np.ndarray:
    """Count the pixels of each combination of four values; a run of equal ones is one look-up.

    Args:
        first, second, third, fourth: (N, ) int32 or int64.
        rows: of the table at the beginning, a power of two; it grows.

    Returns:
        (R, 5) int64: four values and their pixels, which are 0 in a free row; in no order.
    """
    table = np.zeros((rows, 5), np.int64)
    used = start = 0
    while start < first.size:
        a, b, c, d = first[start], second[start], third[start], fourth[start]
        stop = start + 1
        while stop + _BLOCK <= first.size:
            other = False
            for i in range(stop, stop + _BLOCK):
                other |= (first[i] != a) | (second[i] != b) | (third[i] != c) | (fourth[i] != d)
            if other:
                break
            stop += _BLOCK
        while stop < first.size and (first[stop] == a) & (second[stop] == b) & (
                third[stop] == c) & (fourth[stop] == d):
            stop += 1
        row = _place(table, a, b, c, d)
        if table[row, 4] == 0:
            used += 1
            if 2 * used > table.shape[0]:
                table = _enlarged(table)
                row = _place(table, a, b, c, d)
            table[row, 0], table[row, 1], table[row, 2], table[row, 3] = a, b, c, d
        table[row, 4] += stop - start
        start = stop
    return table
