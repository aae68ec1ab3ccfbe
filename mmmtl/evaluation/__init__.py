"""Scores: pure functions in :mod:`.functional`, registered classes in :mod:`.metrics`."""

from .metrics import (
    CityscapesInstanceMetric,
    CityscapesSemanticMetric,
    CityscapesSubmissionWriter,
    DecathlonMetric,
    DecathlonSubmissionWriter,
    DeltaM,
    DepthMetric,
    ImageClassificationMetric,
    ImageRegressionMetric,
    InstanceVectorMetric,
    LabelMapMetric,
    PanopticQualityMetric,
    PixelMetric,
    SemanticIoUMetric,
    SurfaceNormalMetric,
)

__all__ = [
    'CityscapesInstanceMetric', 'CityscapesSemanticMetric', 'CityscapesSubmissionWriter',
    'DecathlonMetric', 'DecathlonSubmissionWriter', 'DeltaM', 'DepthMetric',
    'ImageClassificationMetric', 'ImageRegressionMetric', 'InstanceVectorMetric', 'LabelMapMetric',
    'PanopticQualityMetric', 'PixelMetric', 'SemanticIoUMetric', 'SurfaceNormalMetric'
]
