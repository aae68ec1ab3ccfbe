"""Whether two sets have a pair within a radius."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.touching import NO, UNSURE, YES, touching


@pytest.mark.parametrize('seed', range(12))
def test_against_all_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(150, 2)) * rng.choice((0.01, 1), 2)
    b = rng.normal(size=(170, 2)) * rng.choice((0.01, 1), 2) + rng.uniform(-5, 5, 2)
    least = ((a[:, None] - b)**2).sum(axis=2).min()
    sets = *a.T.copy(), *b.T.copy()
    for factor, expected in ((1, YES), (0.999, NO)):
        assert touching(*sets, least * factor, least * factor) == expected
    assert touching(*sets, least * 0.9, least * 1.1) == UNSURE
    np.testing.assert_array_equal(sets[0], a[:, 0])  # reorders copies only


def test_equal_votes_are_one_pair() -> None:
    zeros, ones = np.zeros(100_000), np.ones(100_000)
    assert touching(zeros, zeros, zeros, ones, 1., 1.) == YES
    assert touching(zeros, zeros, zeros, ones, 0.9, 0.9) == NO
    assert touching(zeros, zeros, zeros, ones, 0.9, 1.) == UNSURE
