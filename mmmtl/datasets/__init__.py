"""Data sets with labels for several tasks."""

from .base_multi_task import BaseMultiTaskDataset
from .cityscapes import CityscapesMultiTaskDataset
from .kitti_semantics import KITTISemanticsMultiTaskDataset
from .nyuv2 import NYUv2MultiTaskDataset
from .pipeline_check import check_pipeline
from .transforms import (
    GenerateInstanceVectors,
    LoadDepth,
    LoadDisparity,
    LoadInstanceIds,
    LoadSemanticLabels,
    PackMultiTaskInputs,
    RepairUnits,
    ScoreAtInputSize,
)

__all__ = [
    'BaseMultiTaskDataset', 'CityscapesMultiTaskDataset', 'GenerateInstanceVectors',
    'KITTISemanticsMultiTaskDataset', 'LoadDepth', 'LoadDisparity', 'LoadInstanceIds',
    'LoadSemanticLabels', 'NYUv2MultiTaskDataset', 'PackMultiTaskInputs', 'RepairUnits',
    'ScoreAtInputSize', 'check_pipeline'
]
