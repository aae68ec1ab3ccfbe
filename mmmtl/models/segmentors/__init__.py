"""Segmentors: encoder, heads and the balance of their losses."""

from .multi_task_segmentor import MultiTaskSegmentor
from .multi_task_tta import MultiTaskTTAModel

__all__ = ['MultiTaskSegmentor', 'MultiTaskTTAModel']
