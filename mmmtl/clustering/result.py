"""The result of OPTICS, and clusters from it by scikit-learn's own functions."""

from typing import NamedTuple

import numpy as np

from .vote_checks import check_min_samples


class OpticsResult(NamedTuple):
    """What :func:`~mmmtl.clustering.optics` computes; each array (N,), indexed by vote.

    Attributes:
        ordering: int64, the votes in the order in which OPTICS meets them.
        core_distances: float64, pixels; distance to the ``min_samples``-th nearest vote, itself
            counted; inf where that is more than ``max_eps``.
        reachability: float64, pixels; inf at the first vote of each component.
        predecessor: int64, the vote from which each was reached; -1 at the first of a component.
    """

    ordering: np.ndarray
    core_distances: np.ndarray
    reachability: np.ndarray
    predecessor: np.ndarray


class RoundedOpticsResult(OpticsResult):
    """The same of votes that were rounded first: not for :func:`cluster_xi`."""


def cluster_dbscan(result: OpticsResult, eps: float) -> np.ndarray:
    """Labels of ``sklearn.cluster.cluster_optics_dbscan``.

    Args:
        result: from :func:`~mmmtl.clustering.optics`.
        eps: pixels, at most the ``max_eps`` of the result (a larger one finds nothing new).

    Returns:
        (N,) int64: labels from 0 on, -1 is noise.
    """
    from sklearn.cluster import cluster_optics_dbscan

    return cluster_optics_dbscan(
        reachability=result.reachability, core_distances=result.core_distances,
        ordering=result.ordering, eps=eps)


def cluster_xi(result: OpticsResult, min_samples: int, xi: float = 0.05,
               min_cluster_size: int | None = None) -> np.ndarray:
    """Labels of ``sklearn.cluster.cluster_optics_xi``.

    Fewer votes than ``min_samples`` or ``min_cluster_size`` are noise, where scikit-learn raises.

    Args:
        result: from :func:`~mmmtl.clustering.optics`, without ``quantise``.
        min_samples: as given to it.
        xi: steepness of a cluster's border, 0 to 1.
        min_cluster_size: votes; None is ``min_samples``.

    Returns:
        (N,) int64: labels from 0 on, -1 is noise.

    Raises:
        ValueError: The votes were rounded: reachability then takes few values, whose ratios all
            look steep, and the clusters have little to do with those of the votes.
    """
    from sklearn.cluster import cluster_optics_xi

    if isinstance(result, RoundedOpticsResult):
        raise ValueError('result must come from optics(..., quantise=None) for cluster_xi, found '
                         'one of rounded votes; leave out quantise, or use cluster_dbscan')
    check_min_samples(min_samples)
    count = len(result.ordering)
    if count < max(min_samples, min_cluster_size or 0):
        return np.full(count, -1, np.int64)
    return cluster_optics_xi(
        reachability=result.reachability, predecessor=result.predecessor,
        ordering=result.ordering, min_samples=min_samples, xi=xi,
        min_cluster_size=min_cluster_size)[0]
