"""Clusters of votes and what is made of them: plain arrays in and out, no registry, no torch."""

from .labels import optics_labels
from .optics import optics
from .preparation import warm_up
from .result import OpticsResult, RoundedOpticsResult, cluster_dbscan, cluster_xi

__all__ = [
    'OpticsResult', 'RoundedOpticsResult', 'cluster_dbscan', 'cluster_xi', 'optics',
    'optics_labels', 'warm_up'
]
