"""Votes counted in tiles."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.raster import SIDE, bin_at, fill_tiles


def test_bins_in_the_order_of_their_first_votes() -> None:
    votes = np.array([[3.1, 2.], [-1., 0.26], [3., 2.1], [40., 30.], [-1., 0.24]])
    raster = fill_tiles(votes, 2., -4, -2, 13, 9, 10)
    x, y = raster.x, raster.y
    assert list(raster.bin_of) == [0, 1, 0, 2, 3]
    assert list(raster.weight) == [2, 1, 1, 1]
    np.testing.assert_array_equal(x, np.array([6, -2, 80, -2]) + 4)
    np.testing.assert_array_equal(y, np.array([4, 1, 60, 0]) + 2)
    for b in range(4):
        assert bin_at(raster, x[b], y[b]) == b + 1
    assert bin_at(raster, x[2] - 1, y[2]) == 0
    assert bin_at(raster, SIDE * 5, SIDE * 5) == 0
    assert len(raster.tiles) == 4 * SIDE**2  # three with votes, and the empty one


def test_gives_up_where_votes_are_few_and_far_between() -> None:
    votes = np.arange(20.)[:, None] * [SIDE, SIDE]
    assert len(fill_tiles(votes, 1., 0, 0, 20, 20, 20).bin_of) == 0
    assert len(fill_tiles(votes, 1., 0, 0, 20, 20, 21).bin_of) == 20
