"""Votes sorted into cells."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.cells import MAX_INDEX, sort_into_cells


@pytest.mark.parametrize('far', (0, 1e6))
def test_each_vote_is_near_what_is_near(far: float) -> None:
    """With a table of all cells, and without one where a vote is far away."""
    votes = np.random.default_rng(0).uniform(0, 9, (120, 2))
    votes[7] += far
    order, x, y, start, near = sort_into_cells(votes, 0.7)
    np.testing.assert_array_equal(np.sort(order), np.arange(120))
    np.testing.assert_array_equal(np.stack((x, y), 1), votes[order])
    index = np.floor((votes - votes.min(axis=0)) / 0.7)[order]
    for b in range(len(start) - 1):
        members = slice(start[b], start[b + 1])
        assert (index[members] == index[start[b]]).all()
        assert (np.diff(order[members]) > 0).all()
        found = np.zeros(120, bool)
        for first, last in near[b]:
            found[start[first]:start[last]] = True
        np.testing.assert_array_equal(
            found, (np.abs(index - index[start[b]]) <= 2).all(axis=1))


def test_too_many_rows_to_tell_apart() -> None:
    assert sort_into_cells(np.array([[0., 0.], [0., 1.]]), 1.1 / MAX_INDEX) is not None
    assert sort_into_cells(np.array([[0., 0.], [0., 1.]]), 0.9 / MAX_INDEX) is None
