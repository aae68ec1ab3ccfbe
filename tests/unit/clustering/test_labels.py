"""optics_labels: what differs from scikit-learn on purpose, its arguments, and its worst inputs."""

import numpy as np
import pytest

from mmmtl.clustering import optics_labels
from mmmtl.clustering.sklearn_optics import sklearn_labels
from mmmtl.clustering.vote_checks import FARTHEST
from mmmtl.testing.votes import awkward_votes

VOTES = awkward_votes('blobs', 150, 0)


@pytest.fixture(params=('numba', 'sklearn'))
def backend(request: pytest.FixtureRequest) -> str:
    if request.param == 'numba':
        pytest.importorskip('numba')
    return request.param


@pytest.mark.parametrize('count', (0, 1, 9))
@pytest.mark.parametrize('quantise', (None, 4))
def test_fewer_votes_than_min_samples_are_noise(backend: str, count: int, quantise: int) -> None:
    labels = optics_labels(np.zeros((count, 2)), 1., 10, backend=backend, quantise=quantise)
    np.testing.assert_array_equal(labels, np.full(count, -1))
    assert labels.dtype == np.int64


@pytest.mark.parametrize('quantise', (None, 4))
@pytest.mark.parametrize('odd', (np.nan, np.inf, -np.inf, 1e30, 2 * FARTHEST))
def test_odd_votes_are_noise_and_nobodys_neighbour(backend: str, odd: float,
                                                   quantise: int) -> None:
    votes = VOTES.copy()
    votes[::3, 1] = odd
    labels = optics_labels(votes, 1., 5, backend=backend, quantise=quantise)
    assert (labels[::3] == -1).all()
    rest = np.delete(np.arange(150), np.s_[::3])
    np.testing.assert_array_equal(
        labels[rest], optics_labels(VOTES[rest], 1., 5, backend=backend, quantise=quantise))
    assert labels.max() >= 1


@pytest.mark.parametrize('quantise', (None, 2))
def test_far_votes_cost_no_memory(quantise: int) -> None:
    pytest.importorskip('numba')
    votes = np.concatenate((VOTES, [(FARTHEST, -FARTHEST), (-FARTHEST, FARTHEST)]))
    labels = optics_labels(votes, 0.5, 5, quantise=quantise)  # 1e15 cells of half a pixel
    np.testing.assert_array_equal(labels[:-2], optics_labels(VOTES, 0.5, 5, quantise=quantise))
    assert (labels[-2:] == -1).all()


def test_number_of_a_border_vote_before_its_component_is_noise(backend: str) -> None:
    border = [[1.9, 0.]]
    dense = np.zeros((5, 2)) + [[1., 0.]]
    denser = np.zeros((9, 2))
    votes = np.concatenate((border, denser, dense))
    np.testing.assert_array_equal(
        optics_labels(votes, 1., 7, backend=backend), [-1] + [0] * 14)
    np.testing.assert_array_equal(
        optics_labels(votes[::-1], 1., 7, backend=backend), [0] * 15)


@pytest.mark.parametrize('dtype', (np.float16, np.float32, np.int16, '>f8'))
def test_any_real_numbers(dtype: str) -> None:
    votes = np.rint(VOTES).astype(dtype)
    np.testing.assert_array_equal(
        optics_labels(votes, 2., 5), optics_labels(np.rint(VOTES), 2., 5))


def test_read_only_and_strided_votes() -> None:
    votes = np.stack((VOTES[:, 1], VOTES[:, 0])).T[:, ::-1]
    votes.setflags(write=False)
    np.testing.assert_array_equal(optics_labels(votes, 1., 5), optics_labels(VOTES, 1., 5))
    assert votes.sum() == VOTES.sum()


@pytest.mark.parametrize('eps', (1e-150, 1e-12, 1e9))
def test_radius_of_any_size(eps: float) -> None:
    votes = np.concatenate((VOTES, VOTES[:40]))
    np.testing.assert_array_equal(
        optics_labels(votes, eps, 2), sklearn_labels(votes, eps, 2))


@pytest.mark.parametrize('quantise', (None, 2))
def test_a_million_votes_in_one_pixel(quantise: int) -> None:
    pytest.importorskip('numba')
    rng = np.random.default_rng(0)
    votes = np.repeat(rng.random((2, 2)) + 100, 500_000, axis=0)
    assert (optics_labels(votes, 2., 50, quantise=quantise) == 0).all()
    votes[::2] += rng.random((500_000, 2))
    assert (optics_labels(votes, 2., 50, quantise=quantise) == 0).all()


def test_two_crowds_just_out_of_reach() -> None:
    """In cells side by side: no vote has one of the other crowd near, yet not all are compared."""
    pytest.importorskip('numba')
    votes = np.random.default_rng(0).random((200_000, 2)) * 0.3
    votes[::2, 0] += 2.301
    assert set(optics_labels(votes, 2., 50)) == {0, 1}
    votes[::2, 0] -= 0.01
    assert set(optics_labels(votes, 2., 50)) == {0}


@pytest.mark.parametrize('change, message', [
    (dict(votes=np.zeros(4)), r'votes must be of shape \(N, 2\), found shape \(4,\)'),
    (dict(votes=np.zeros((4, 3))), r'votes must be of shape \(N, 2\), found shape \(4, 3\)'),
    (dict(votes=np.zeros((4, 2), complex)), 'votes must be real numbers, found dtype complex128'),
    (dict(eps=0.), 'eps must be a number of at least 1e-150 and finite .*, found 0.0'),
    (dict(eps=np.inf), 'eps must be .* finite .*, found inf'),
    (dict(eps=np.nan), 'eps must be .*, found nan'),
    (dict(eps='2'), "eps must be .*, found '2'"),
    (dict(min_samples=1), 'min_samples must be an integer >= 2, found 1'),
    (dict(min_samples=0.5), 'min_samples must be an integer >= 2, found 0.5'),
    (dict(quantise=3), 'quantise must be None or a power of two .*, found 3'),
    (dict(quantise=0), 'quantise must be None or a power of two .*, found 0'),
    (dict(backend='cuda'), "backend must be one of .*, found 'cuda'"),
])
def test_wrong_arguments(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        optics_labels(**(dict(votes=VOTES, eps=1., min_samples=5) | change))
