"""Votes with enough neighbours, against all distances."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.cells import sort_into_cells
from mmmtl.clustering.kernels.dense import find_cores


@pytest.mark.parametrize('min_samples', (2, 9, 15))
def test_cores(min_samples: int) -> None:
    votes = np.random.default_rng(0).normal(0, 3, (400, 2))
    order, x, y, start, near = sort_into_cells(votes, 0.7)
    core, certain = find_cores(x, y, start, near, min_samples, 1., 1.)
    square = ((votes[:, None] - votes)**2).sum(axis=2)
    np.testing.assert_array_equal(core, ((square <= 1).sum(axis=1) >= min_samples)[order])
    assert certain and 0 < core.sum() < 400


def test_a_doubtful_neighbour_that_decides() -> None:
    votes = np.array([[0., 0.], [1., 0.], [0., 0.05], [1., 0.05]])
    order, x, y, start, near = sort_into_cells(votes, 0.7)
    assert not find_cores(x, y, start, near, 3, 0.99, 1.01)[1]
    assert find_cores(x, y, start, near, 2, 0.99, 1.01)[1]  # enough without it
    assert find_cores(x, y, start, near, 5, 0.99, 1.01)[1]  # too few with it
