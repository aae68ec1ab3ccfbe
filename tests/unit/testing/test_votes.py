"""Simulated votes."""

import numpy as np
import pytest

from mmmtl.testing.votes import AWKWARD, awkward_votes, simulate_votes


@pytest.mark.parametrize('count', (1, 50, 4000))
def test_made_by_seed(count: int) -> None:
    votes, truth, size = simulate_votes(count, seed=3)
    assert votes.shape == (count, 2) and votes.dtype == np.float32 and truth.shape == (count, )
    assert np.isfinite(votes).all() and truth.min() >= 1
    np.testing.assert_array_equal(votes, simulate_votes(count, seed=3).votes)
    assert (votes != simulate_votes(count, seed=4).votes).any()


def test_mean_error_and_objects() -> None:
    for error in (1., 4.):
        votes, truth, _ = simulate_votes(20_000, error=error, objects=8)
        medians = np.array([np.median(votes[truth == k], axis=0) if (truth == k).any() else (0, 0)
                            for k in range(9)])
        distance = np.hypot(*(votes - medians[truth]).T)
        assert 0.8 * error < np.mean(distance[distance < 10 * error]) < 1.4 * error
        assert 4 <= len(np.unique(truth)) <= 8


@pytest.mark.parametrize('kind', AWKWARD)
def test_awkward_votes(kind: str) -> None:
    votes = awkward_votes(kind, 77, 0)
    assert votes.shape == (77, 2) and votes.dtype == np.float64
    np.testing.assert_array_equal(votes, awkward_votes(kind, 77, 0))


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="kind must be one of .*, found 'cloud'"):
        awkward_votes('cloud', 5, 0)
