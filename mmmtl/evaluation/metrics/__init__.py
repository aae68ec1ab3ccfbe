"""Registered metrics, one for each task; each takes ``prefix=<task name>``."""

from mmmtl.utils.modules import import_modules

from .cityscapes_instance import CityscapesInstanceMetric
from .cityscapes_semantic import CityscapesSemanticMetric
from .cityscapes_submission import CityscapesSubmissionWriter
from .decathlon import DecathlonMetric
from .decathlon_submission import DecathlonSubmissionWriter
from .delta_m import DeltaM
from .depth import DepthMetric
from .image_classification import ImageClassificationMetric
from .image_regression import ImageRegressionMetric
from .instance_vector import InstanceVectorMetric
from .label_map_metric import LabelMapMetric
from .panoptic_quality import PanopticQualityMetric
from .pixel_metric import PixelMetric
from .semantic import SemanticIoUMetric
from .surface_normal import SurfaceNormalMetric

import_modules(__name__)  # what is not named here is registered too

__all__ = [
    'CityscapesInstanceMetric', 'CityscapesSemanticMetric', 'CityscapesSubmissionWriter',
    'DecathlonMetric', 'DecathlonSubmissionWriter', 'DeltaM', 'DepthMetric',
    'ImageClassificationMetric', 'ImageRegressionMetric', 'InstanceVectorMetric', 'LabelMapMetric',
    'PanopticQualityMetric', 'PixelMetric', 'SemanticIoUMetric', 'SurfaceNormalMetric'
]
