"""Registered metrics, one for each task; each takes ``prefix=<task name>``."""

from .cityscapes_instance import CityscapesInstanceMetric
from .cityscapes_semantic import CityscapesSemanticMetric
from .cityscapes_submission import CityscapesSubmissionWriter
from .delta_m import DeltaM
from .depth import DepthMetric
from .instance_vector import InstanceVectorMetric
from .label_map_metric import LabelMapMetric
from .panoptic_quality import PanopticQualityMetric
from .pixel_metric import PixelMetric
from .semantic import SemanticIoUMetric
from .surface_normal import SurfaceNormalMetric

__all__ = [
    'CityscapesInstanceMetric', 'CityscapesSemanticMetric', 'CityscapesSubmissionWriter',
    'DeltaM', 'DepthMetric', 'InstanceVectorMetric', 'LabelMapMetric', 'PanopticQualityMetric',
    'PixelMetric', 'SemanticIoUMetric', 'SurfaceNormalMetric'
]
