"""Scales of augmentation at test time are shares of the size at which one tests without it."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.logging import print_log

_RESIZE, _TTA = 'Resize', 'TestTimeAug'


def scale_from_test(tta_pipeline: Any, test_pipeline: Any) -> list | None:
    """Let each ``Resize(scale_factor=r)`` of a TTA pipeline start from the test pipeline's size.

    mmcv takes factors of the image's own size, so that a test at 256 x 192 of photographs of
    4000 x 3000 would be augmented at 3000 x 2250 and more. Where both sizes are the same, as for
    Cityscapes, nothing changes.

    Args:
        tta_pipeline: configs of transforms, one of them ``TestTimeAug``.
        test_pipeline: that of ``test_dataloader``.

    Returns:
        The TTA pipeline; what has no place to change is left as it is.
    """
    tested = [step for step in test_pipeline or () if _is(step, _RESIZE)]
    if len(tested) != 1 or not isinstance(tta_pipeline, list | tuple):
        return tta_pipeline
    _say_what_stays(tta_pipeline, tested[0].get('scale'))
    return [_of_test(step, tested[0]) if _is(step, _TTA) else step
            for step in tta_pipeline]


def _say_what_stays(tta_pipeline: list | tuple, scale: Any) -> None:
    """Warn of sizes in pixels that are all others than the test pipeline's."""
    found = [step for options in _choices(tta_pipeline) for step in options if _is(step, _RESIZE)]
    fixed = [_pair(step['scale']) for step in found if step.get('scale')]
    if scale and fixed and len(fixed) == len(found) and _pair(scale) not in fixed:
        print_log(f'--tta: tta_pipeline resizes to {fixed}, the pipeline of test_dataloader to '
                  f'{_pair(scale)}; who changed the one means both, or writes '
                  'Resize(scale_factor=...), which follows', logger='current',
                  level=logging.WARNING)


def _of_test(augmentation: Mapping, tested: Mapping) -> dict:
    return {**augmentation, 'transforms': [
        [_times(step, tested) if _is(step, _RESIZE) and step.get('scale_factor') else step
         for step in options] for options in augmentation['transforms']]}


def _times(step: Mapping, tested: Mapping) -> dict:
    """A ``Resize`` of TTA, with its own interpolation, at a share of the test's size."""
    across, down = _pair(step['scale_factor'])
    rest = {key: value for key, value in step.items() if key != 'scale_factor'}
    if tested.get('scale'):
        width, height = _pair(tested['scale'])
        return {**rest, 'keep_ratio': tested.get('keep_ratio', False),
                'scale': (int(width * across + .5), int(height * down + .5))}
    wide, high = _pair(tested['scale_factor'])
    return {**rest, 'scale_factor': (wide * across, high * down)}


def _pair(value: Any) -> tuple:
    return tuple(value) if isinstance(value, list | tuple) else (value, value)


def _choices(pipeline: list) -> Iterator[list]:
    for step in pipeline:
        if _is(step, _TTA):
            yield from step['transforms']


def _is(step: Any, name: str) -> bool:
    """Whether a config is of a transform, by its class or its name in any of the hosts' scopes."""
    kind = step.get('type') if isinstance(step, Mapping) else None
    named = getattr(kind, '__name__', kind)
    return isinstance(named, str) and named in (name, f'mmcv.{name}', f'mmseg.{name}')
