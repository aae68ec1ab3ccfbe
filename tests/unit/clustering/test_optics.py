"""optics: what differs from scikit-learn on purpose, its arguments, and its worst inputs."""

import numpy as np
import pytest

from mmmtl.clustering import OpticsResult, RoundedOpticsResult, optics
from mmmtl.clustering.sklearn_optics import sklearn_optics
from mmmtl.testing.votes import awkward_votes

VOTES = awkward_votes('blobs', 150, 0)


def assert_equal(result: tuple, expected: tuple) -> None:
    for ours, theirs in zip(result, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_names_and_order_of_the_arrays() -> None:
    result = optics(VOTES, 5, 2.)
    assert result._fields == ('ordering', 'core_distances', 'reachability', 'predecessor')
    assert type(result) is OpticsResult
    assert [array.dtype for array in result] == [np.int64, np.float64, np.float64, np.int64]


@pytest.mark.parametrize('backend', ('numba', 'sklearn'))
@pytest.mark.parametrize('count', (0, 1, 4))
def test_fewer_votes_than_min_samples(backend: str, count: int) -> None:
    assert_equal(optics(np.zeros((count, 2)), 5, 1., backend=backend),
                 (np.arange(count), [np.inf] * count, [np.inf] * count, [-1] * count))


@pytest.mark.parametrize('backend', ('numba', 'sklearn'))
def test_odd_votes_are_alone(backend: str) -> None:
    """As scikit-learn treats votes far from all others, each in another direction."""
    odd, far = VOTES.copy(), VOTES.copy()
    lone = [0, 3, 60, 61, 149]
    odd[lone] = [[np.nan, 0], [np.inf, 1], [0, -np.inf], [1e20, 0], [np.nan, np.nan]]
    far[lone] = np.arange(1, 6)[:, None] * 1e5
    assert_equal(optics(odd, 5, 1., backend=backend), sklearn_optics(far, 5, 1.))


def test_any_radius() -> None:
    assert_equal(optics(VOTES, 5, np.inf), sklearn_optics(VOTES, 5, np.inf))


def test_rounded_votes_are_marked() -> None:
    result = optics(VOTES, 5, 1., quantise=4)
    assert isinstance(result, RoundedOpticsResult)
    assert_equal(result, sklearn_optics(np.rint(VOTES * 4) / 4, 5, 1.))


@pytest.mark.parametrize('spread', (0., 1.))
def test_many_votes_in_one_pixel(spread: float) -> None:
    """All equal, then everywhere in it: linear in both cases."""
    pytest.importorskip('numba')
    votes = 100 + spread * np.random.default_rng(0).random((200_000, 2))
    result = optics(votes, 50, 2.)
    assert np.isinf(result.reachability).sum() == 1
    assert result.core_distances.max() < 0.05
    if spread == 0:
        np.testing.assert_array_equal(result.ordering, np.arange(200_000))
        assert (result.predecessor[1:] == 0).all()


@pytest.mark.parametrize('change, message', [
    (dict(votes=np.zeros((4, 3))), r'votes must be of shape \(N, 2\), found shape \(4, 3\)'),
    (dict(max_eps=0), 'max_eps must be a number of at least 1e-150 .*, found 0'),
    (dict(max_eps=1e-160), 'max_eps must be a number of at least 1e-150 .*, found 1e-160'),
    (dict(max_eps=np.nan), 'max_eps must be .*, found nan'),
    (dict(min_samples=1), 'min_samples must be an integer >= 2, found 1'),
    (dict(quantise=6), 'quantise must be None or a power of two .*, found 6'),
    (dict(backend=''), "backend must be one of .*, found ''"),
])
def test_wrong_arguments(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        optics(**(dict(votes=VOTES, min_samples=5, max_eps=1.) | change))
