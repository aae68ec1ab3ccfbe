"""Steps of a training pipeline that are done in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .pipeline_steps import Step

_OPTIONS: Mapping[str, frozenset[str]] = {
    'RandomResize': frozenset({'type', 'scale', 'ratio_range', 'keep_ratio', 'resize_type'}),
    'RepairUnits': frozenset({'type', 'zoom_depth'}),
    'RandomCrop': frozenset({'type', 'crop_size', 'cat_max_ratio', 'ignore_index'}),
}
_SCOPES = ('', 'mmcv', 'mmseg', 'mmmtl')


def fuse_steps(pipeline: Sequence[Any]) -> list[Any]:
    """A pipeline with :class:`~.transforms.ResizeAndCrop` for each three steps that it can be.

    Args:
        pipeline: transforms or their configs.

    Returns:
        The same steps; where configs of ``RandomResize``, ``RepairUnits`` and ``RandomCrop`` of the
        hosts and of this package follow each other, with options that are known, one config of all
        three. Samples stay equal to the bit.
    """
    steps, fused = list(pipeline), []
    while steps:
        three = steps[:3]
        if [_kind(step) for step in three] == [*_OPTIONS]:
            fused.append(dict(type='mmmtl.ResizeAndCrop', transforms=three))
            steps = steps[3:]
        else:
            fused.append(steps.pop(0))
    return fused


def _kind(step: Any) -> str | None:
    """The name of a step that can be part of three."""
    if not isinstance(step, Mapping) or not isinstance(step.get('type'), str):
        return None
    name = Step(step).name
    scope = step['type'].rpartition('.')[0]
    known = scope in _SCOPES and step.keys() <= _OPTIONS.get(name, frozenset())
    return name if known and step.get('resize_type', 'Resize') == 'Resize' else None
