"""Transforms: loading of labels, units, targets, packing."""

from mmmtl.utils.modules import import_modules

from .generate_instance_vectors import GenerateInstanceVectors
from .generate_normals import GenerateNormals
from .load_depth import LoadDepth
from .load_disparity import LoadDisparity
from .load_instance_ids import LoadInstanceIds
from .load_normals import LoadNormals
from .load_numpy_image import LoadNumpyImage
from .load_semantic_labels import LoadSemanticLabels
from .normalize_by_dataset import NormalizeByDataset
from .pack_multi_task_inputs import PackMultiTaskInputs
from .repair_units import RepairUnits
from .resize_and_crop import ResizeAndCrop
from .score_at_input_size import ScoreAtInputSize

import_modules(__name__)  # what is not named here is registered too

__all__ = [
    'GenerateInstanceVectors', 'GenerateNormals', 'LoadDepth', 'LoadDisparity', 'LoadInstanceIds',
    'LoadNormals', 'LoadNumpyImage', 'LoadSemanticLabels', 'NormalizeByDataset',
    'PackMultiTaskInputs', 'RepairUnits', 'ResizeAndCrop', 'ScoreAtInputSize'
]
