"""Votes in cells."""

import numpy as np

from mmmtl.clustering.vote_bins import bin_votes


def test_cells_against_unique():
    votes = np.random.default_rng(0).normal(0, 3, (500, 2)).astype(np.float32)
    bins = bin_votes(votes, 0.5)
    rounded = np.rint(votes / 0.5) * 0.5
    np.testing.assert_array_equal(bins.centres[bins.inverse], rounded)
    cells, counts = np.unique(rounded, axis=0, return_counts=True)
    order = np.lexsort(bins.centres.T[::-1])
    np.testing.assert_array_equal(bins.centres[order], cells)
    np.testing.assert_array_equal(bins.counts[order], counts)
    first = [int(np.flatnonzero(bins.inverse == i)[0]) for i in range(len(bins.counts))]
    assert first == sorted(first)


def test_no_votes():
    assert len(bin_votes(np.empty((0, 2), np.float32), 1.0).centres) == 0
