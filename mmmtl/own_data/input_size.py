"""One size for training, testing, augmentation at test time and predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmmtl.datasets.pipeline_steps import Step

Size = tuple[int, int]


def checked_size(size: Any) -> Size:
    """(height, width) as two positive integers.

    Raises:
        ValueError: it is something else.
    """
    if (isinstance(size, str) or not isinstance(size, Sequence) or len(size) != 2
            or not all(isinstance(side, int) and side > 0 for side in size)):
        raise ValueError(f'size={size!r}: give (height, width) in pixels, such as (256, 320)')
    return size[0], size[1]


def published_size(base: dict) -> Size | None:
    """(height, width) of the crops that a published config trains with, if it says so."""
    size = (base.get('model', {}).get('data_preprocessor') or {}).get('size')
    size = size or base.get('crop_size')
    return _pair(size)


def set_pipeline_size(pipeline: Sequence[dict], size: Size) -> list[dict]:
    """A pipeline whose frames are resized to fit a size, and cropped to it.

    A frame keeps its shape: ``Resize`` and ``RandomResize`` get ``size`` as the box that it must
    fit, and a range of zooms stays. A list of sizes (``RandomChoiceResize``) becomes the range of
    zooms from its smallest to its largest, around the middle one.

    Args:
        pipeline: configs of transforms, as published.
        size: (height, width).
    """
    return [_of_size(dict(step), size) for step in pipeline]


def _of_size(step: dict, size: Size) -> dict:
    name, fit = Step(step).name, dict(scale=tuple(reversed(size)), keep_ratio=True)
    if name == 'RandomCrop':
        step['crop_size'] = size
    elif name == 'RandomResize':
        step.update(fit)
    elif name in ('Resize', 'ResizeShortestEdge'):
        step = dict(type='Resize', **fit)
    elif name == 'RandomChoiceResize':
        sides = sorted(min(scale) if isinstance(scale, Sequence) else scale
                       for scale in step['scales'])
        middle = sides[len(sides) // 2]
        step = dict(type='RandomResize', ratio_range=(sides[0] / middle, sides[-1] / middle), **fit)
    return step


def set_model_size(model: dict, size: Size) -> None:
    """Let a published model take inputs of another size.

    The data preprocessor pads to it in training, windows of ``mode='slide'`` get it (their strides
    in proportion), and so does a backbone that is built for the crop's size.

    Args:
        model: config, changed in place.
        size: (height, width).
    """
    preprocessor, test = model.get('data_preprocessor') or {}, model.get('test_cfg') or {}
    backbone = model.get('backbone') or {}
    before = preprocessor.get('size') or test.get('crop_size')
    if 'size' in preprocessor:
        preprocessor['size'] = size
    if 'crop_size' in test:
        test['stride'] = _in_proportion(test['stride'], test['crop_size'], size)
        test['crop_size'] = size
    if before and _pair(backbone.get('img_size')) == _pair(before):
        backbone['img_size'] = size


def _in_proportion(stride: Any, window: Any, size: Size) -> Size:
    down, across = (max(1, round(side * step / old)) for side, step, old in
                    zip(size, _pair(stride), _pair(window), strict=True))
    return down, across


def pad_odd_frames(model: dict) -> None:
    """Let frames of any size be padded in testing to one that the network takes.

    With ``mode='slide'`` that is at least the window: backbones that are tested so take no other
    size. Otherwise the sides become multiples of 32, unless the config says what they are to be:
    networks that add maps of several resolutions (DDRNet, PIDNet) stop at other ones. Predictions
    are cut to the frame again.

    Args:
        model: config, changed in place.
    """
    window = (model.get('test_cfg') or {}).get('crop_size')
    preprocessor = model.get('data_preprocessor')
    if preprocessor is None:
        return
    if window is not None:
        preprocessor['test_cfg'] = dict(size=_pair(window))
    elif not preprocessor.get('test_cfg'):
        preprocessor['test_cfg'] = dict(size_divisor=32)


def _pair(size: Any) -> Size | None:
    return (size, size) if isinstance(size, int) else tuple(size) if size else None
