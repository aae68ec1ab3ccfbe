"""Core distances against scipy's search."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from mmmtl.testing.votes import AWKWARD, awkward_votes

pytest.importorskip('numba')
from mmmtl.clustering.kernels.core_distances import core_distances, select
from mmmtl.clustering.kernels.tree import build_tree


@pytest.mark.parametrize('min_samples', (2, 20, 400))
@pytest.mark.parametrize('kind', AWKWARD)
def test_distance_to_the_nth_vote(kind: str, min_samples: int) -> None:
    votes = awkward_votes(kind, 600, 2)
    expected = cKDTree(votes).query(votes, min_samples)[0][:, -1]
    for max_eps in (np.inf, float(np.median(expected)) + 0.01):
        tree = build_tree(votes)
        core = np.empty(600)
        core[tree.index] = core_distances(tree, min_samples, max_eps)
        np.testing.assert_allclose(
            core, np.where(expected > max_eps, np.inf, expected), rtol=1e-12, atol=1e-15)


def test_select_puts_the_smallest_first() -> None:
    values = np.random.default_rng(0).integers(0, 30, 100).astype(float)
    expected = np.sort(values[:80])
    assert select(values, 80, 25) == expected[25]
    np.testing.assert_array_equal(np.sort(values[:26]), expected[:26])
