"""Data sets with labels for several tasks."""

from .alternating_batch_sampler import AlternatingBatchSampler
from .base_multi_task import BaseMultiTaskDataset
from .cityscapes import CityscapesMultiTaskDataset
from .decathlon import VisualDecathlonDataset
from .decathlon_domain import DecathlonDomainDataset
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
    NormalizeByDataset,
    PackMultiTaskInputs,
    RepairUnits,
    ScoreAtInputSize,
)

__all__ = [
    'AlternatingBatchSampler', 'BaseMultiTaskDataset', 'CityscapesMultiTaskDataset',
    'DecathlonDomainDataset', 'GenerateInstanceVectors', 'GenerateNormals',
    'KITTISemanticsMultiTaskDataset', 'LoadDepth', 'LoadDisparity', 'LoadInstanceIds',
    'LoadNormals', 'LoadNumpyImage', 'LoadSemanticLabels', 'MTANCityscapesDataset',
    'MTANNYUv2Dataset', 'NYUv2MultiTaskDataset', 'NormalizeByDataset', 'PackMultiTaskInputs',
    'RepairUnits', 'ScoreAtInputSize', 'VisualDecathlonDataset', 'check_pipeline'
]
