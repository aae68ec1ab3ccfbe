"""Registered metrics, one for each task; each takes ``prefix=<task name>``."""

from .depth import DepthMetric
from .instance_vector import InstanceVectorMetric
from .pixel_metric import PixelMetric
from .semantic import SemanticIoUMetric

__all__ = ['DepthMetric', 'InstanceVectorMetric', 'PixelMetric', 'SemanticIoUMetric']
