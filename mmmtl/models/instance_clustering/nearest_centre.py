"""Votes to the nearest centre, as bottom-up panoptic networks group pixels."""

from typing import Any

import numpy as np

from mmmtl.clustering.nearest_centre import nearest_centre_labels
from mmmtl.registry import MODELS

from .base import BaseInstanceClustering


@MODELS.register_module()
class NearestCentreClustering(BaseInstanceClustering):
    """Give votes to the nearest peak of their own density.

    There is no head that predicts centres: they are the peaks of the histogram of votes, smoothed
    and thinned within ``eps`` as Panoptic-DeepLab does with its heat map; see
    :func:`mmmtl.clustering.nearest_centre.nearest_centre_labels`. A peak needs the density of
    ``min_samples`` votes in one place.

    Args:
        reach: largest distance from vote to centre, in ``eps``; votes farther away are noise.
        kwargs: see :class:`BaseInstanceClustering`.
    """

    def __init__(self, *args: Any, reach: float = 10.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reach > 0:
            raise ValueError(f'NearestCentreClustering: reach is {reach}, not positive')
        self.reach = reach

    def cluster(self, votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
        """Labels by the nearest peak."""
        return nearest_centre_labels(votes, eps, min_samples, self.reach * eps)
