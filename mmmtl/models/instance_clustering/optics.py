"""OPTICS, as in Kendall et al. (CVPR 2018)."""

import math
from typing import Any, Literal

import numpy as np

from mmmtl.clustering import cluster_xi, optics, optics_labels, warm_up
from mmmtl.clustering.vote_checks import check_quantise
from mmmtl.registry import MODELS

from .base import BaseInstanceClustering

_AUTO_STEPS = 4  # along eps


@MODELS.register_module()
class OPTICSClustering(BaseInstanceClustering):
    """Cluster votes with OPTICS (Ankerst et al. 1999), scikit-learn's result.

    Args:
        cluster_method: ``'dbscan'`` cuts the reachability at ``eps`` (labels alone are computed,
            in milliseconds); ``'xi'`` takes valleys of the reachability plot, of any density.
        quantise: round votes to 1 / quantise pixel first, a power of two; ``None`` leaves them.
            ``'auto'`` rounds to the largest power of two (of any sign) that is at most
            ``eps / 4``: nearly the same labels, and a cost that does not grow with ``eps`` and
            ``min_samples`` when they are scaled up to large images. Not with ``'xi'``.
        xi: least steepness of a valley's ends, in (0, 1); with ``'xi'``.
        kwargs: see :class:`BaseInstanceClustering`. With ``'xi'``, ``eps`` is only the largest
            distance at which neighbours are looked for, so make it several times larger.
    """

    def __init__(self,
                 *args: Any,
                 cluster_method: Literal['dbscan', 'xi'] = 'dbscan',
                 quantise: int | Literal['auto'] | None = 'auto',
                 xi: float = 0.05,
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cluster_method not in ('dbscan', 'xi'):
            raise ValueError(
                f"OPTICSClustering: cluster_method is {cluster_method!r}, not 'dbscan' or 'xi'")
        if cluster_method == 'xi' and quantise == 'auto':
            quantise = None
        if quantise is not None and cluster_method == 'xi':
            raise ValueError(
                "OPTICSClustering: quantise does not go with cluster_method='xi': equal distances "
                'between rounded votes look like steep ends of valleys. Leave quantise out')
        if quantise != 'auto':
            try:
                check_quantise(quantise)
            except ValueError as error:
                raise ValueError(f"OPTICSClustering: {error}; 'auto' is possible too") from error
        if not 0 < xi < 1:
            raise ValueError(f'OPTICSClustering: xi is {xi}, not in (0, 1)')
        self.cluster_method, self.quantise, self.xi = cluster_method, quantise, xi

    def cluster(self, votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
        """Labels of OPTICS."""
        if self.cluster_method == 'dbscan':
            if self.quantise != 'auto':
                return optics_labels(votes, eps, min_samples, quantise=self.quantise)
            zoom = 2.0**math.ceil(math.log2(_AUTO_STEPS / eps))  # exact in binary
            return optics_labels(votes * np.float32(zoom), eps * zoom, min_samples, quantise=1)
        return cluster_xi(optics(votes, min_samples, eps), min_samples, self.xi, min_samples)

    def warm_up(self) -> None:
        """Compile or load the kernels that the method needs."""
        super().warm_up()
        warm_up(ordering=self.cluster_method == 'xi')
