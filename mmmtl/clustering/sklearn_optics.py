"""scikit-learn's OPTICS: what the kernels are equal to, and what runs without them."""

import warnings

import numpy as np

from .result import OpticsResult, cluster_dbscan


def sklearn_optics(votes: np.ndarray, min_samples: int, max_eps: float) -> tuple[np.ndarray, ...]:
    """Ordering, core distances, reachability and predecessor, by scikit-learn.

    Neighbours come from its k-d tree; ``algorithm='auto'`` takes another way for few votes, with
    other last bits.
    """
    from sklearn.cluster import compute_optics_graph

    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'All reachability values are inf')
        return compute_optics_graph(
            votes, min_samples=min_samples, max_eps=max_eps, metric='minkowski', p=2,
            metric_params=None, algorithm='kd_tree', leaf_size=30, n_jobs=None)


def sklearn_labels(votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
    """Labels of ``OPTICS(cluster_method='dbscan', max_eps=eps, eps=eps)``, by scikit-learn."""
    return cluster_dbscan(OpticsResult(*sklearn_optics(votes, min_samples, eps)), eps)
