"""Data sets with labels for several tasks."""

from .base_multi_task import BaseMultiTaskDataset
from .cityscapes import CityscapesMultiTaskDataset
from .kitti_semantics import KITTISemanticsMultiTaskDataset
from .mtan_preprocessed import MTANCityscapesDataset, MTANNYUv2Dataset
from .nyuv2 import NYUv2MultiTaskDataset
from .pipeline_check import check_pipeline
from .transforms import (
    GenerateInstanceVectors,
    GenerateNormals,
    LoadDepth,
    LoadDisparity,
    LoadInstanceIds,
    LoadNormals,
    LoadNumpyImage,
    LoadSemanticLabels,
    PackMultiTaskInputs,
    RepairUnits,
    ScoreAtInputSize,
)

__all__ = [
    'BaseMultiTaskDataset', 'CityscapesMultiTaskDataset', 'GenerateInstanceVectors',
    'GenerateNormals', 'KITTISemanticsMultiTaskDataset', 'LoadDepth', 'LoadDisparity',
    'LoadInstanceIds', 'LoadNormals', 'LoadNumpyImage', 'LoadSemanticLabels',
    'MTANCityscapesDataset', 'MTANNYUv2Dataset', 'NYUv2MultiTaskDataset', 'PackMultiTaskInputs',
    'RepairUnits', 'ScoreAtInputSize', 'check_pipeline'
]
