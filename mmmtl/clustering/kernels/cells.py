"""Votes sorted into square cells, the cells sorted by row and column."""

from typing import NamedTuple

import numpy as np

from mmmtl.utils.jit import jit

MAX_INDEX = 2**28  # a cell's row or column; rounding of larger ones could move a vote


class Cells(NamedTuple):
    """Occupied cells and the votes in them.

    Attributes:
        order: (N,) int32, index of each sorted vote; ascending within a cell.
        x, y: (N,) float64, sorted votes.
        start: (B + 1,) int32, first sorted vote of each cell.
        near: (B, 5, 2) int32, for each of the rows -2 to 2 from a cell's: the range of cells at
            most two columns away.
    """

    order: np.ndarray
    x: np.ndarray
    y: np.ndarray
    start: np.ndarray
    near: np.ndarray


def sort_into_cells(votes: np.ndarray, side: float) -> Cells | None:
    """Sort votes into cells; None where rows or columns would be too many to tell apart."""
    left, right, low, high = bounds(votes)
    scale = 1 / side
    if not max(right - left, high - low) * scale < MAX_INDEX:
        return None
    width, height = int((right - left) * scale) + 1, int((high - low) * scale) + 1
    if width * height <= 8 * len(votes) + 2**16:
        order, columns, rows, start = _count(votes, left, low, scale, width, height)
    else:  # few votes far apart: a table of all cells would be mostly empty
        column, row = np.floor((votes - (left, low)) * scale).astype(np.int32).T
        order = np.lexsort((column, row)).astype(np.int32)
        column, row = column[order], row[order]
        new = np.flatnonzero(np.diff(column, prepend=-1) | np.diff(row, prepend=-1))
        columns, rows = column[new], row[new]
        start = np.append(new, len(votes)).astype(np.int32)
    return Cells(order, *_take(votes, order), start, _near_cells(columns, rows))


@jit
def bounds(votes):
    """Least and greatest x, least and greatest y (numpy takes long for so short an axis)."""
    left = right = votes[0, 0]
    low = high = votes[0, 1]
    for i in range(votes.shape[0]):
        left = min(left, votes[i, 0])
        right = max(right, votes[i, 0])
        low = min(low, votes[i, 1])
        high = max(high, votes[i, 1])
    return left, right, low, high


@jit
def _count(votes, left, top, scale, width, height):
    """Counting sort: order of the votes, column, row and start of each occupied cell."""
    count = votes.shape[0]
    cell = np.empty(count, np.int32)
    fill = np.zeros(height * width, np.int32)
    for i in range(count):
        column = np.int32((votes[i, 0] - left) * scale)
        row = np.int32((votes[i, 1] - top) * scale)
        cell[i] = row * width + column
        fill[cell[i]] += 1
    occupied = 0
    for c in range(fill.shape[0]):
        occupied += fill[c] > 0
    columns = np.empty(occupied, np.int32)
    rows = np.empty(occupied, np.int32)
    start = np.empty(occupied + 1, np.int32)
    b = 0
    total = np.int32(0)
    for row in range(height):
        for column in range(width):
            c = row * width + column
            if fill[c] > 0:
                columns[b] = column
                rows[b] = row
                start[b] = total
                b += 1
                total += fill[c]
                fill[c] = start[b - 1]
    start[b] = total
    order = np.empty(count, np.int32)
    for i in range(count):
        c = cell[i]
        order[fill[c]] = i
        fill[c] += 1
    return order, columns, rows, start


@jit
def _take(votes, order):
    """Coordinates of the votes in this order."""
    x = np.empty(order.shape[0])
    y = np.empty(order.shape[0])
    for s in range(order.shape[0]):
        x[s] = votes[order[s], 0]
        y[s] = votes[order[s], 1]
    return x, y


@jit
def _near_cells(columns, rows):
    """Ranges of the cells at most two rows and two columns away."""
    count = columns.shape[0]
    near = np.zeros((count, 5, 2), np.int32)
    row_start = np.empty(count + 1, np.int32)
    n_rows = 0
    for b in range(count):
        if b == 0 or rows[b] != rows[b - 1]:
            row_start[n_rows] = b
            n_rows += 1
    row_start[n_rows] = count
    for r in range(n_rows):
        row = rows[row_start[r]]
        for other in range(max(0, r - 2), min(n_rows, r + 3)):
            k = rows[row_start[other]] - row + 2
            if k < 0 or k > 4:
                continue
            end = row_start[other + 1]
            first = row_start[other]
            last = first
            for b in range(row_start[r], row_start[r + 1]):
                while first < end and columns[first] < columns[b] - 2:
                    first += 1
                while last < end and columns[last] <= columns[b] + 2:
                    last += 1
                near[b, k, 0] = first
                near[b, k, 1] = last
    return near
