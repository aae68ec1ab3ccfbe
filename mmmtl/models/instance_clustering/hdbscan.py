"""scikit-learn's HDBSCAN, for comparison."""

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from mmmtl.registry import MODELS

from .base import BaseInstanceClustering


@MODELS.register_module()
class HDBSCANClustering(BaseInstanceClustering):
    """Cluster votes with scikit-learn's HDBSCAN (Campello et al. 2013), which needs no ``eps``.

    Its time grows with the square of the votes: of a class with more than ``max_votes`` an even
    selection is clustered, and the others take the label of the nearest clustered vote, if that
    is within ``eps``.

    Args:
        max_votes: most votes that are clustered.
        kwargs: see :class:`BaseInstanceClustering`. ``min_samples`` is the smallest cluster too;
            ``eps`` serves as the bound above and in ``noise_bound``.
    """

    def __init__(self, *args: Any, max_votes: int = 10_000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if max_votes < 2:
            raise ValueError(f'HDBSCANClustering: max_votes is {max_votes}, less than 2')
        self.max_votes = max_votes

    def cluster(self, votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
        """Labels of HDBSCAN on the selected votes, handed on to the others."""
        from sklearn.cluster import HDBSCAN
        step = -(-len(votes) // self.max_votes)
        chosen = votes[::step].astype(np.float64)
        least = max(2, round(min_samples / step))
        if len(chosen) < least:
            return np.full(len(votes), -1)
        if (chosen == chosen[0]).all():  # no distances to build a tree of
            labels = np.zeros(len(chosen), np.int64)
        else:
            labels = HDBSCAN(
                min_cluster_size=least, min_samples=least, allow_single_cluster=True,
                copy=True).fit(chosen).labels_.astype(np.int64)
        if step == 1:
            return labels
        places, first = np.unique(chosen, axis=0, return_index=True)  # equal ones have one label
        _, nearest = cKDTree(places).query(votes, distance_upper_bound=eps)
        return np.append(labels[first], -1)[nearest]
