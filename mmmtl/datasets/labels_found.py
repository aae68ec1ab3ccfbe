"""Does any frame of a training set have a label for a task? Asked before the first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .chains import chains_of
from .target_check import is_of_known_packages, steps_of

#: keys of a frame's dict of which one leads to the target
_FILES: Mapping[str, tuple[str, ...]] = {
    'gt_sem_seg': ('seg_map_path', ),
    'gt_instance_vector': ('instance_path', ),
    'gt_inverse_depth_map': ('disparity_path', ),
    'gt_depth_map': ('depth_path', 'depth_map_path'),
    'gt_normal_map': ('normal_path', 'depth_path'),
}


def check_labels_found(task: str, field: str, dataset: Any) -> None:
    """Refuse a training set of which no frame has a label for a task.

    Only the lists of frames are looked at, up to the first label; no file is opened. Data sets and
    transforms of other packages may bring labels of their own: where there is one, nothing is
    refused, and the segmentor's label watch notices it after an epoch. So it is with data sets that
    have not listed their frames (``lazy_init``; data loaders let them).

    Args:
        task: its name, for the message.
        field: of the data sample that its head learns from: 'gt_depth_map', 'gt_age'.
        dataset: built; wrappers are looked into.

    Raises:
        ValueError: with the task, what is missing, and what to do.
    """
    frames = 0
    for part, transforms in chains_of(dataset):
        listed = hasattr(part, 'get_data_info') and getattr(part, '_fully_initialized', True)
        if transforms is None or not listed:
            return
        steps = list(steps_of(transforms))
        if not is_of_known_packages(part, steps) or any(
                step.is_a('LoadBiomedicalData') for step in steps):  # image and label in one file
            return
        keys = _keys(field, steps)
        if any(_has(part.get_data_info(i), field, keys) for i in range(len(part))):
            return
        frames += len(part)
    if frames:
        raise ValueError(
            f'task {task!r} would never learn: none of the {frames} frames of the training set '
            f'has a label for it ({_what(field)}). {_check(field)}take its head away '
            f'(task_heads=dict({task}=None)) or, if it is to stay untrained, write '
            f'model.unlabelled_tasks=[{task!r}]')


def _keys(field: str, steps: Sequence[Any]) -> tuple[str, ...]:
    """Keys that the pipeline's loaders look for."""
    keys = _FILES.get(field, ())
    if field == 'gt_normal_map' and not any(step.is_a('GenerateNormals') for step in steps):
        return keys[:1]
    return keys


def _has(frame: Mapping[str, Any], field: str, keys: Sequence[str]) -> bool:
    if field in _FILES:
        return any(frame.get(key) is not None for key in keys)
    return field.removeprefix('gt_') in (frame.get('image_labels') or {})


def _what(field: str) -> str:
    if field in _FILES:
        return f'{_FILES[field][0]} of a frame'
    return f'image_labels[{field.removeprefix("gt_")!r}] of a frame'


def _check(field: str) -> str:
    if field not in _FILES:
        return 'Add a transform or a data set that brings it (docs/image_level.md), '
    key = _FILES[field][0]
    return (f'Check data_prefix[{key!r}] and {key.replace("_path", "_suffix")} (the log counts the '
            'labels of each data set), ')
