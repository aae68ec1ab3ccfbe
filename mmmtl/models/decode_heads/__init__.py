"""Task heads: one task a file, on any body of MMSegmentation."""

from mmmtl.utils.modules import import_modules

from .base_image_head import BaseImageHead
from .base_task_head import BaseTaskHead
from .depth_head import DepthHead
from .image_classification_head import ImageClassificationHead
from .image_regression_head import ImageRegressionHead
from .instance_vector_head import InstanceVectorHead
from .inverse_depth_head import InverseDepthHead
from .semantic_head import SemanticHead
from .surface_normal_head import SurfaceNormalHead

import_modules(__name__)  # what is not named here is registered too

__all__ = [
    'BaseImageHead', 'BaseTaskHead', 'DepthHead', 'ImageClassificationHead', 'ImageRegressionHead',
    'InstanceVectorHead', 'InverseDepthHead', 'SemanticHead', 'SurfaceNormalHead'
]
