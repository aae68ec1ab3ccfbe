"""Votes counted on a lattice of 1/q pixel, kept in tiles where there are votes."""

from typing import NamedTuple

import numpy as np

from mmmtl.utils.jit import jit

SHIFT = 3  # a tile's side is 2**SHIFT steps
SIDE = 1 << SHIFT
AREA = SIDE * SIDE


class Raster(NamedTuple):
    """Bins (lattice points with votes), in the order of their first votes, and where they are.

    Attributes:
        bin_of: (N,) int32, bin of each vote.
        x, y: (B,) int32, steps from the corner of the first tile.
        weight: (B,) int32, votes in each bin.
        where: (places,) int32, tile of each place, row by row; 0 where there is none.
        columns: places in a row.
        tiles: (tiles * AREA,) int32, bin + 1 of each step in each tile, 0 for none; tile 0 is
            empty.
    """

    bin_of: np.ndarray
    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    where: np.ndarray
    columns: int
    tiles: np.ndarray


@jit
def fill_tiles(votes, quantise, left, low, columns, rows, most):
    """Count the votes.

    Args:
        votes: (N, 2) float64.
        quantise: steps per pixel.
        left, low: the lattice point, in steps, at the corner of the first tile.
        columns, rows: tiles across and down.
        most: give up when more tiles than this have votes.

    Returns:
        The raster; all of it is empty where there were too many tiles.
    """
    count = votes.shape[0]
    where = np.zeros(columns * rows, np.int32)
    used = 1
    for i in range(count):
        x = np.int32(np.rint(votes[i, 0] * quantise) - left)
        y = np.int32(np.rint(votes[i, 1] * quantise) - low)
        t = (y >> SHIFT) * columns + (x >> SHIFT)
        if where[t] == 0:
            where[t] = used
            used += 1
    nothing = np.empty(0, np.int32)
    if used > most:
        return Raster(nothing, nothing, nothing, nothing, nothing, columns, nothing)
    tiles = np.zeros(used * AREA, np.int32)
    bin_of = np.empty(count, np.int32)
    bx = np.empty(count, np.int32)
    by = np.empty(count, np.int32)
    weight = np.empty(count, np.int32)
    bins = np.int32(0)
    for i in range(count):
        x = np.int32(np.rint(votes[i, 0] * quantise) - left)
        y = np.int32(np.rint(votes[i, 1] * quantise) - low)
        t = (y >> SHIFT) * columns + (x >> SHIFT)
        tile = where[t]
        c = tile * AREA + ((y & (SIDE - 1)) << SHIFT) + (x & (SIDE - 1))
        b = tiles[c]
        if b == 0:
            bx[bins] = x
            by[bins] = y
            weight[bins] = 1
            bins += 1
            tiles[c] = bins
            bin_of[i] = bins - 1
        else:
            weight[b - 1] += 1
            bin_of[i] = b - 1
    return Raster(bin_of, bx[:bins].copy(), by[:bins].copy(), weight[:bins].copy(), where, columns,
                  tiles)


@jit
def bin_at(raster, x, y):
    """Bin + 1 at a step, 0 where there is none."""
    tile = raster.where[(y >> SHIFT) * raster.columns + (x >> SHIFT)]
    if tile == 0:
        return np.int32(0)
    return raster.tiles[tile * AREA + ((y & (SIDE - 1)) << SHIFT) + (x & (SIDE - 1))]
