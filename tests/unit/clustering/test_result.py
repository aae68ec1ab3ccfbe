"""Clusters from the arrays."""

import numpy as np
import pytest
from sklearn.cluster import OPTICS

from mmmtl.clustering import cluster_dbscan, cluster_xi, optics
from mmmtl.testing.votes import awkward_votes

VOTES = awkward_votes('scene', 300, 3)


@pytest.mark.parametrize('eps', (0.7, 2.))
def test_dbscan_labels_are_those_of_scikit_learn(eps: float) -> None:
    expected = OPTICS(min_samples=8, max_eps=3., eps=eps, cluster_method='dbscan',
                      algorithm='kd_tree').fit(VOTES).labels_
    np.testing.assert_array_equal(cluster_dbscan(optics(VOTES, 8, 3.), eps), expected)
    assert expected.max() >= 1


@pytest.mark.parametrize('size', (None, 20))
def test_xi_labels_are_those_of_scikit_learn(size: int | None) -> None:
    expected = OPTICS(min_samples=8, max_eps=9., xi=0.1, min_cluster_size=size,
                      algorithm='kd_tree').fit(VOTES).labels_
    np.testing.assert_array_equal(cluster_xi(optics(VOTES, 8, 9.), 8, 0.1, size), expected)
    assert expected.max() >= 1


def test_xi_refuses_rounded_votes() -> None:
    rounded = optics(VOTES, 8, 3., quantise=4)
    assert cluster_dbscan(rounded, 2.).max() >= 1
    with pytest.raises(ValueError, match='quantise=None.*leave out quantise'):
        cluster_xi(rounded, 8)


@pytest.mark.parametrize('count', (0, 7))
def test_too_few_votes_are_noise(count: int) -> None:
    result = optics(VOTES[:count], 8, 3.)
    np.testing.assert_array_equal(cluster_xi(result, 8), np.full(count, -1))
    np.testing.assert_array_equal(cluster_dbscan(result, 1.), np.full(count, -1))
