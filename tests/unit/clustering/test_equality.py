"""Equal to scikit-learn, element for element: labels and all four arrays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.clustering import cluster_dbscan, optics, optics_labels
from mmmtl.clustering.sklearn_optics import sklearn_labels, sklearn_optics
from mmmtl.testing.votes import AWKWARD, awkward_votes

pytest.importorskip('numba')
from mmmtl.clustering.kernels.lattice_labels import lattice_labels

CASES = dict(
    kind=st.sampled_from(AWKWARD), count=st.integers(2, 130), seed=st.integers(0, 2**32 - 1),
    min_samples=st.one_of(st.integers(2, 12), st.integers(13, 100)),
    nudge=st.sampled_from((None, -np.inf, 0, np.inf)), dtype=st.sampled_from('fd'))


def choose_eps(votes: np.ndarray, seed: int, nudge: float | None) -> float:
    """A distance of two votes, the number just below or just above it, or anything near."""
    rng = np.random.default_rng(seed)
    a, b = votes[rng.integers(0, len(votes), 2)]
    distance = float(np.sqrt(((a - b)**2).sum())) or 0.5
    distance *= rng.choice((1, 0.2)) if nudge is None else 1
    return distance if not nudge else float(np.nextafter(distance, nudge))


def check(kind: str, count: int, seed: int, min_samples: int, nudge: float | None,
          dtype: str) -> None:
    """Compare the numba kernels with scikit-learn on one cloud."""
    votes = awkward_votes(kind, max(count, min_samples), seed).astype(dtype)
    eps = choose_eps(votes.astype(float), seed, nudge)
    expected = sklearn_optics(votes.astype(float), min_samples, eps)
    result = optics(votes, min_samples, eps, backend='numba')
    for name, ours, theirs in zip(result._fields, result, expected, strict=True):
        assert ours.dtype == theirs.dtype, name
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
    np.testing.assert_array_equal(
        optics_labels(votes, eps, min_samples, backend='numba'), cluster_dbscan(result, eps))
    quantise = 2**(seed % 4)
    expected = cluster_dbscan(
        optics(votes, min_samples, eps, quantise=quantise, backend='numba'), eps)
    np.testing.assert_array_equal(
        optics_labels(votes, eps, min_samples, backend='numba', quantise=quantise), expected)
    labels = lattice_labels(votes.astype(float), eps, min_samples, quantise, np.inf)
    if labels is not None:
        np.testing.assert_array_equal(labels, expected)


@settings(max_examples=60)
@given(**CASES)
def test_awkward_votes(**case) -> None:
    check(**case)


@pytest.mark.slow
@settings(max_examples=2500)
@given(**CASES)
def test_awkward_votes_many(**case) -> None:
    check(**case)


@pytest.mark.parametrize('kind', AWKWARD)
def test_several_leaves_and_tiles(kind: str) -> None:
    check(kind, 300, 5, 10, None, 'd')


@pytest.mark.parametrize('quantise', (1, 2, 8))
@pytest.mark.parametrize('kind', AWKWARD)
def test_rounded_votes(kind: str, quantise: int) -> None:
    votes = awkward_votes(kind, 120, quantise)
    expected = sklearn_labels(np.rint(votes * quantise) / quantise, 1.5, 5)
    np.testing.assert_array_equal(
        optics_labels(votes, 1.5, 5, quantise=quantise, backend='numba'), expected)


@pytest.mark.parametrize('top', (0., 2.5))
def test_distance_above_the_radius_in_its_last_bit(top: float) -> None:
    """scikit-learn takes (3, 2) from (0, 0) in a node as a whole, but not where it splits it."""
    eps = float(np.sqrt(13))
    assert eps * eps < 13
    far = [[-9 * i, 0] for i in range(1, 31)]
    votes = np.array([[0, 0], [3, 2], [3, top], *[[3, 0]] * 29, *far])
    expected = sklearn_optics(votes, 32, eps)
    for ours, theirs in zip(optics(votes, 32, eps, backend='numba'), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (expected[3][1] == 0) == (top == 0)


@pytest.mark.parametrize('up', (False, True))
def test_radius_that_rounds_up_or_down(up: bool) -> None:
    """Reachability is rounded to 15 decimals before it is compared with eps."""
    step = next((a, b) for a in range(1, 9) for b in range(1, 9)
                if np.sqrt(a * a + b * b) % 1
                and (np.around(np.hypot(a, b), 15) > np.sqrt(a * a + b * b)) == up)
    votes = np.repeat(np.outer(np.arange(6.), step), 5, axis=0)
    eps = float(np.sqrt(step[0]**2 + step[1]**2))
    labels = optics_labels(votes, eps, 5, backend='numba')
    np.testing.assert_array_equal(labels, sklearn_labels(votes, eps, 5))
    assert labels.max() == (5 if up else 0)
