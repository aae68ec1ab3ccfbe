"""Steps of a training pipeline that are done in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmseg.datasets.transforms import PhotoMetricDistortion
from mmseg.registry import TRANSFORMS as _HOSTS

from .pipeline_steps import Step

_OPTIONS: Mapping[str, frozenset[str]] = {
    'RandomResize': frozenset({'type', 'scale', 'ratio_range', 'keep_ratio', 'resize_type'}),
    'RepairUnits': frozenset({'type', 'zoom_depth'}),
    'RandomCrop': frozenset({'type', 'crop_size', 'cat_max_ratio', 'ignore_index'}),
    'PhotoMetricDistortion': frozenset({
        'type', 'brightness_delta', 'contrast_range', 'saturation_range', 'hue_delta'}),
}
_THREE = ['RandomResize', 'RepairUnits', 'RandomCrop']
_SCOPES = ('', 'mmcv', 'mmseg', 'mmmtl')


def fuse_steps(pipeline: Sequence[Any]) -> list[Any]:
    """A pipeline of the same samples, to the bit, in less time.

    Where configs of ``RandomResize``, ``RepairUnits`` and ``RandomCrop`` of the hosts and of this
    package follow each other, with options that are known, one
    :class:`~.transforms.ResizeAndCrop` of all three takes their place;
    ``PhotoMetricDistortionByTable`` that of ``PhotoMetricDistortion``. All else stays.

    Args:
        pipeline: transforms or their configs; not changed.
    """
    steps, fused = list(pipeline), []
    while steps:
        kinds = [_kind(step) for step in steps[:3]]
        if kinds == _THREE:
            fused.append(dict(type='mmmtl.ResizeAndCrop', transforms=steps[:3]))
            del steps[:3]
            continue
        step = steps.pop(0)
        if kinds[0] == 'PhotoMetricDistortion' and _HOSTS.get(kinds[0]) is PhotoMetricDistortion:
            step = dict(step, type='mmmtl.PhotoMetricDistortionByTable')
        fused.append(step)
    return fused


def _kind(step: Any) -> str | None:
    """The name of a step that another one can stand for."""
    if not isinstance(step, Mapping) or not isinstance(step.get('type'), str):
        return None
    name = Step(step).name
    scope = step['type'].rpartition('.')[0]
    known = scope in _SCOPES and step.keys() <= _OPTIONS.get(name, frozenset())
    return name if known and step.get('resize_type', 'Resize') == 'Resize' else None
