"""Loops over pixels, against numpy."""

import numpy as np
import pytest

from mmmtl.datasets.transforms.map_kernels import (
    disparity_values,
    look_up,
    look_up_and_note,
    offsets_to,
    sum_positions,
)

RANDOM = np.random.RandomState(0)


@pytest.mark.parametrize(('dtype', 'size'), [(np.uint8, 256), (np.uint16, 65536)])
def test_tables(dtype, size):
    values = RANDOM.randint(0, size, (7, 9)).astype(dtype)
    table = RANDOM.randint(-9, 1 << 30, size).astype(np.int32)
    out, again, found = np.empty((7, 9), np.int32), np.empty((7, 9), np.int32), np.zeros(size, bool)
    look_up(values, table, out)
    look_up_and_note(values, table, found, again)
    assert np.array_equal(out, table[values]) and np.array_equal(again, out)
    assert np.flatnonzero(found).tolist() == np.unique(values).tolist()


def test_every_disparity():
    pixels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    out = np.empty(pixels.shape, np.float32)
    disparity_values(pixels, out)
    expected = (pixels.astype(np.float64) - 1) / 256
    expected[0, 0] = np.nan
    assert np.array_equal(out, expected, equal_nan=True)


def test_centroids():
    ids = RANDOM.randint(-1, 5, (11, 6)).astype(np.int32)
    sums, out = np.zeros((3, 5), np.int64), np.empty((2, 11, 6), np.float32)
    sum_positions(ids, sums)
    for number in range(1, 5):
        rows, columns = np.nonzero(ids == number)
        assert sums[:, number].tolist() == [rows.size, columns.sum(), rows.sum()]
    centroids = RANDOM.rand(2, 5)
    offsets_to(ids, centroids, out)
    rows, columns = np.indices(ids.shape)
    expected = np.stack([centroids[0][ids] - columns, centroids[1][ids] - rows])
    expected[:, ids <= 0] = np.nan
    assert np.array_equal(out, expected.astype(np.float32), equal_nan=True)
