"""The arrays of OPTICS, by numba."""

import numpy as np

from ..result import OpticsResult, cluster_dbscan
from .core_distances import core_distances
from .ordering import order_votes
from .tree import build_tree


def numba_optics(votes: np.ndarray, min_samples: int, max_eps: float) -> tuple[np.ndarray, ...]:
    """Ordering, core distances, reachability, predecessor; as :func:`~mmmtl.clustering.optics`."""
    tree = build_tree(votes)
    return order_votes(tree, core_distances(tree, min_samples, max_eps), max_eps)


def graph_labels(votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
    """Labels from the ordering, for what :func:`float_labels` leaves open."""
    return cluster_dbscan(OpticsResult(*numba_optics(votes, min_samples, eps)), eps)
