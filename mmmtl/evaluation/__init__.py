"""Scores: pure functions in :mod:`.functional`, registered classes in :mod:`.metrics`."""

from mmmtl._save_best import teach_save_best

from .metrics import (
    CityscapesInstanceMetric,
    CityscapesSemanticMetric,
    CityscapesSubmissionWriter,
    DeltaM,
    DepthMetric,
    InstanceVectorMetric,
    LabelMapMetric,
    PanopticQualityMetric,
    PixelMetric,
    SemanticIoUMetric,
    SurfaceNormalMetric,
)

__all__ = [
    'CityscapesInstanceMetric', 'CityscapesSemanticMetric', 'CityscapesSubmissionWriter',
    'DeltaM', 'DepthMetric', 'InstanceVectorMetric', 'LabelMapMetric', 'PanopticQualityMetric',
    'PixelMetric', 'SemanticIoUMetric', 'SurfaceNormalMetric'
]

teach_save_best()
