"""Clusterers of instance votes."""

from .base import BaseInstanceClustering
from .build import build_instance_clustering
from .dbscan import DBSCANClustering
from .hdbscan import HDBSCANClustering
from .nearest_centre import NearestCentreClustering
from .optics import OPTICSClustering

__all__ = [
    'BaseInstanceClustering', 'DBSCANClustering', 'HDBSCANClustering', 'NearestCentreClustering',
    'OPTICSClustering', 'build_instance_clustering'
]
