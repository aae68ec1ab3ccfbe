"""Counting of combinations against a dictionary."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmmtl.evaluation.functional.overlaps import TABLE_LIMIT, count_overlaps, rank_values

VALUES = st.sampled_from([0, 1, 255, -1, 19000, 33999, 513, 2**31 - 1, -2**31])


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), max_size=30))
def test_every_combination_with_its_count(pixels):
    maps = np.array(pixels, np.int64).reshape(-1, 3).T
    rows, counts = count_overlaps(*maps)
    assert dict(zip(map(tuple, rows.tolist()), counts.tolist(), strict=True)) == Counter(pixels)
    assert rows.tolist() == sorted(map(list, set(pixels)))


@pytest.mark.parametrize('dtype', ['uint8', 'int32', 'int64'])
def test_many_values_in_each_map(dtype):
    chance = np.random.default_rng(0)
    maps = [chance.integers(0, 200, (60, 70)).astype(dtype) for _ in range(4)]
    rows, counts = count_overlaps(*maps)
    expected, expected_counts = np.unique(
        np.stack(maps).reshape(4, -1), axis=1, return_counts=True)
    np.testing.assert_array_equal(rows, expected.T)
    np.testing.assert_array_equal(counts, expected_counts)


@pytest.mark.parametrize('number', [1, 2, 3, 4])
def test_more_combinations_than_the_table_begins_with(number):
    maps = np.random.default_rng(number).integers(-2**40, 2**40, (number, 9000))
    rows, counts = count_overlaps(*maps)
    np.testing.assert_array_equal(rows, np.unique(maps, axis=1).T)
    assert counts.sum() == 9000


@pytest.mark.parametrize('dtype', [bool, np.uint8, np.int16, np.uint16, np.uint32, np.int64])
@pytest.mark.parametrize('size', [0, 1, 7, 8, 9, 16, 17, 1000])
def test_runs_of_every_length(dtype, size):
    """The kernel compares eight at once, so lengths around eight are of interest."""
    chance = np.random.default_rng(size)
    first = np.repeat(chance.integers(0, 2, size), chance.integers(1, 20, size)).astype(dtype)
    second = np.repeat(np.arange(len(first)), 9)[:len(first)]
    rows, counts = count_overlaps(first, second)
    wanted = np.unique(np.stack([first.astype(np.int64), second]), axis=1, return_counts=True)
    np.testing.assert_array_equal(rows, wanted[0].T)
    np.testing.assert_array_equal(counts, wanted[1])


def test_how_many_maps():
    for maps in ([], [np.zeros(3)] * 5):
        with pytest.raises(ValueError, match='1 to 4 maps, not'):
            count_overlaps(*maps)


def test_maps_stay_as_they_are():
    labels = np.array([5, 7, 5])
    count_overlaps(labels, labels)
    assert labels.tolist() == [5, 7, 5]


@pytest.mark.parametrize('high', [3, TABLE_LIMIT - 1, TABLE_LIMIT, 2**40])
def test_ranks(high):
    labels = np.array([[high, 0], [2, high]])
    values, ranks = rank_values(labels)
    np.testing.assert_array_equal(values, sorted({high, 0, 2}))
    np.testing.assert_array_equal(values[ranks], labels.reshape(-1))
