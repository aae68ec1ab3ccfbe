"""Scores: pure functions in :mod:`.functional`, registered classes in :mod:`.metrics`."""

from mmmtl._save_best import teach_save_best

from .metrics import DepthMetric, InstanceVectorMetric, PixelMetric, SemanticIoUMetric

__all__ = ['DepthMetric', 'InstanceVectorMetric', 'PixelMetric', 'SemanticIoUMetric']

teach_save_best()
