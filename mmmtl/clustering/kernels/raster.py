"""Votes counted on a lattice of 1/q pixel, kept in tiles where there are votes."""

import numpy as np

from ..jit import jit

SHIFT = 3  # a tile's side is 2**SHIFT steps
SIDE = 1 << SHIFT
AREA = SIDE * SIDE


@jit
def fill_tiles(votes, quantise, left, low, columns, rows, most):
    """Bins (lattice points with votes), in the order of their first votes.

    Args:
        votes: (N, 2) float64.
        quantise: steps per pixel.
        left, low: the lattice point, in steps, at the corner of the first tile.
        columns, rows: tiles across and down.
        most: give up when more tiles than this have votes.

    Returns:
        (N,) bin of each vote; (B,) columns, rows and votes of the bins, in steps from the corner;
        tile of each place, 0 where there is none; bin + 1 of each step in each tile, tile 0 empty.
        All but the last are empty where there were too many tiles.
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
        return nothing, nothing, nothing, nothing, nothing, nothing
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
    return bin_of, bx[:bins].copy(), by[:bins].copy(), weight[:bins].copy(), where, tiles


@jit
def bin_at(x, y, where, columns, tiles):
    """Bin + 1 at a step, 0 where there is none."""
    tile = where[(y >> SHIFT) * columns + (x >> SHIFT)]
    if tile == 0:
        return np.int32(0)
    return tiles[tile * AREA + ((y & (SIDE - 1)) << SHIFT) + (x & (SIDE - 1))]
