"""A published schedule, shorter or longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MARKS = ('begin', 'end', 'T_max')


def set_iterations(base: dict, max_iters: int) -> None:
    """Stretch a published schedule of iterations to another length.

    Warm-up, decay, the interval of validation and that of checkpoints keep their share of the
    whole; the log speaks at least ten times.

    Args:
        base: published config, changed in place.
        max_iters: new number of iterations.

    Raises:
        ValueError: it is not positive, or the published schedule counts epochs.
    """
    if isinstance(max_iters, bool) or not isinstance(max_iters, int) or max_iters < 1:
        raise ValueError(f'max_iters={max_iters!r}: give the number of training iterations')
    training = base.get('train_cfg') or {}
    published = training.get('max_iters')
    if not published:
        raise ValueError('max_iters: the published schedule counts no iterations; assign '
                         'train_cfg and param_scheduler below instead')
    share = max_iters / published
    training['max_iters'] = max_iters
    for key in ('val_interval', 'val_begin'):
        _change(training, key, lambda value: value * share)
    _change(_hook(base, 'checkpoint'), 'interval', lambda value: value * share)
    _change(_hook(base, 'logger'), 'interval', lambda value: min(value, max_iters // 10))
    scheduler = base.get('param_scheduler') or []
    for part in [scheduler] if isinstance(scheduler, dict) else scheduler:
        _stretch(part, share)


def _change(place: dict, key: str, change: Callable[[int], float]) -> None:
    if place.get(key, 0) > 0:  # -1 is never
        place[key] = max(1, round(change(place[key])))


def _stretch(part: dict, share: float) -> None:
    if part.get('by_epoch', True):
        return
    for key in _MARKS:
        if key in part:
            part[key] = _mark(part[key], share)
    if 'end' in part:  # beyond the last iteration, if there are but a few
        part['end'] = max(part['end'], part.get('begin', 0) + 2)
    if 'milestones' in part:
        part['milestones'] = [_mark(mark, share) for mark in part['milestones']]


def _mark(published: int, share: float) -> int:
    """An iteration of the new schedule; a warm-up of one would never end in mmengine."""
    return max(2, round(published * share)) if published else 0


def _hook(base: dict, name: str) -> dict[str, Any]:
    return (base.get('default_hooks') or {}).get(name) or {}
