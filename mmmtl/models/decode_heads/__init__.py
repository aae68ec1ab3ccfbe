"""Task heads: one task a file, on any body of MMSegmentation."""

from .base_task_head import BaseTaskHead
from .depth_head import DepthHead
from .instance_vector_head import InstanceVectorHead
from .inverse_depth_head import InverseDepthHead
from .semantic_head import SemanticHead
from .surface_normal_head import SurfaceNormalHead

__all__ = [
    'BaseTaskHead', 'DepthHead', 'InstanceVectorHead', 'InverseDepthHead', 'SemanticHead',
    'SurfaceNormalHead'
]
