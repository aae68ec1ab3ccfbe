"""Does any frame of a training set have a label for a task? Asked before the first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmmtl.fields import FIELDS

from .chains import chains_of
from .target_check import is_of_known_packages, steps_of


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
    """Keys that the pipeline's loaders look for, of its own file first."""
    row = FIELDS.get(field)
    if row is None:
        return ()
    made = row.made
    if made and (not row.path_keys or any(step.is_a(made.by) for step in steps)):
        return (*row.path_keys, *FIELDS[made.of].path_keys)
    return row.path_keys


def _has(frame: Mapping[str, Any], field: str, keys: Sequence[str]) -> bool:
    if field in FIELDS:
        return any(frame.get(key) is not None for key in keys)
    return field.removeprefix('gt_') in (frame.get('image_labels') or {})


def _what(field: str) -> str:
    if field in FIELDS:
        return f'{_keys(field, ())[0]} of a frame'
    return f'image_labels[{field.removeprefix("gt_")!r}] of a frame'


def _check(field: str) -> str:
    if field not in FIELDS:
        return 'Add a transform or a data set that brings it (docs/image_level.md), '
    key = _keys(field, ())[0]
    return (f'Check data_prefix[{key!r}] and {key.replace("_path", "_suffix")} (the log counts the '
            'labels of each data set), ')
