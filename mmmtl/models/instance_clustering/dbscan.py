"""scikit-learn's DBSCAN, for comparison."""

from typing import Any

import numpy as np

from mmmtl.clustering.vote_bins import bin_votes
from mmmtl.registry import MODELS

from .base import BaseInstanceClustering


@MODELS.register_module()
class DBSCANClustering(BaseInstanceClustering):
    """Cluster votes with scikit-learn's DBSCAN (Ester et al. 1996).

    Votes are counted in cells first, since DBSCAN keeps all neighbours of all votes: 13,000 each
    in a full frame.

    Args:
        cells_per_eps: cells along ``eps``.
        kwargs: see :class:`BaseInstanceClustering`.
    """

    def __init__(self, *args: Any, cells_per_eps: int = 4, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cells_per_eps < 1:
            raise ValueError(f'DBSCANClustering: cells_per_eps is {cells_per_eps}, less than 1')
        self.cells_per_eps = cells_per_eps

    def cluster(self, votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
        """Labels of DBSCAN on the cells, each as often as it has votes."""
        from sklearn.cluster import DBSCAN
        bins = bin_votes(votes, eps / self.cells_per_eps)
        # a touch more than eps, so that rounding does not part cells that are eps apart
        fitted = DBSCAN(eps=eps * (1 + 1e-9), min_samples=min_samples).fit(
            bins.centres, sample_weight=bins.counts)
        return fitted.labels_[bins.inverse]
