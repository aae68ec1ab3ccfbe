"""Refuse a checkpoint that does not fill the model."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from torch import Tensor, nn

from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap

_SHOWN = 5
_FIRST_LAYER = 2  # keys of a backbone that other channels of the image change (kernel and bias)


@HOOKS.register_module()
class CheckpointCheckHook(Hook):
    """Compare a checkpoint with the model before it is loaded.

    mmengine only warns about missing parameters and goes on with random ones. ``tools/test.py`` and
    ``tools/train.py`` register this hook.

    Args:
        unused: prefixes of parameters that may be missing: prediction needs no loss weighting, so
            a model that was trained with other weights may be tested.
        start: the checkpoint is where training starts (``load_from``): heads may be missing or
            of other classes, see :func:`check_start`.
    """

    def __init__(self, unused: Sequence[str] = (), start: bool = False) -> None:
        self.unused = tuple(unused)
        self.start = start

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Raise what :func:`check_fit` or :func:`check_start` raises."""
        model = unwrap(runner.model)
        if self.start:
            check_start(model.state_dict(), _state_of(checkpoint))
        else:
            fitting_state(model, checkpoint, self.unused)


def fitting_state(model: nn.Module, checkpoint: Mapping[str, Any],
                  unused: Sequence[str] = ()) -> dict[str, Any]:
    """State dict of a checkpoint that has all that a model needs; what it has besides is logged.

    Args:
        model: without wrappers.
        checkpoint: with a ``state_dict``, or a bare one.
        unused: see :class:`CheckpointCheckHook`.

    Raises:
        ValueError: see :func:`check_fit`.
    """
    state = _state_of(checkpoint)
    own = model.state_dict()
    needed = {key: value for key, value in own.items() if not key.startswith(tuple(unused))}
    surplus = [key for key in check_fit(needed, state) if key not in own]
    if surplus:
        print_log(f'the checkpoint has {len(surplus)} keys that the model has not, left out: '
                  f'{_first(surplus)}', logger='current', level=30)
    return state


def check_fit(model: Mapping[str, Tensor], state: Mapping[str, Any]) -> list[str]:
    """Check that ``state`` has all that ``model`` needs, in the same shapes.

    Returns:
        Keys that only ``state`` has, such as those of auxiliary heads.

    Raises:
        ValueError: Keys are missing or have another shape; the first few are named.
    """
    # Counters of batches, which old checkpoints lack and nothing reads.
    missing = [
        key for key in model if key not in state and not key.endswith('num_batches_tracked')]
    shapes = _other_shapes(model, state)
    surplus = [key for key in state if key not in model]
    if missing or shapes:
        parts = [
            f'{len(found)} {what}: {_first(found)}' for found, what in (
                (missing, f'of {len(model)} keys are missing'),
                (shapes, 'have another shape'),
                (surplus, 'are not in the model')) if found
        ]
        raise ValueError('the checkpoint is not of this model: ' + '; '.join(parts)
                         + '. Name the config that it was trained with')
    return surplus


def check_start(model: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Check that training can start from ``state``, and log what stays as initialised.

    Heads may have another shape (of other classes), and the first layer of the backbone may (of
    other channels): mmengine leaves them as they are.

    Raises:
        ValueError: More of the backbone has another shape, or nothing is of the backbone (of a
            model without one: of the model).
    """
    backbone = {key: model[key] for key in model if key.startswith('backbone.')} or dict(model)
    wrong = _other_shapes(backbone, state)
    if len(wrong) > (_FIRST_LAYER if len(backbone) < len(model) else 0):
        raise ValueError(
            f'load_from: {len(wrong)} keys of the backbone have another shape in the checkpoint: '
            f'{_first(wrong)}. Name a checkpoint of this backbone, or drop load_from')
    if not any(key in state for key in backbone):
        raise ValueError(
            f'load_from: the checkpoint is of another model: it has {_first(list(state))}, and '
            f'none of the {len(backbone)} keys that are wanted: {_first(list(backbone))}. The '
            'weights of a backbone alone go to model.backbone.init_cfg')
    shapes = _other_shapes(model, state)
    if shapes:
        print_log(f'load_from: {len(shapes)} keys have another shape in the checkpoint and stay as '
                  f'initialised: {_first(shapes)}', logger='current', level=30)
    missing = [key for key in model if key not in state and not key.endswith('num_batches_tracked')]
    if missing:
        print_log(f'load_from: {len(missing)} of {len(model)} keys are not in the checkpoint and '
                  f'stay as initialised: {_counted(missing)}', logger='current', level=30)


def _state_of(checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    state = checkpoint.get('state_dict', checkpoint)
    return {key.removeprefix('module.'): value for key, value in state.items()}


def _other_shapes(model: Mapping[str, Tensor], state: Mapping[str, Any]) -> list[str]:
    return [
        f'{key} {tuple(state[key].shape)} instead of {tuple(value.shape)}'
        for key, value in model.items()
        if key in state and isinstance(state[key], torch.Tensor)
        and state[key].shape != value.shape
    ]


def _counted(keys: list[str]) -> str:
    """Modules, each task head by itself, with numbers of keys."""
    counts = Counter('.'.join(key.split('.')[:2 if key.startswith('task_heads') else 1])
                     for key in keys)
    return ', '.join(f'{name} ({count})' for name, count in counts.items())


def _first(keys: list[str]) -> str:
    return ', '.join(keys[:_SHOWN]) + (', …' if len(keys) > _SHOWN else '')
