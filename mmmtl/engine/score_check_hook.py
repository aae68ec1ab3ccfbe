"""Refuse to watch a score that no metric gives."""

import re
from collections.abc import Iterator
from typing import Any

from mmengine.hooks import CheckpointHook, EarlyStoppingHook, Hook
from mmengine.runner import Runner

from mmmtl.evaluation.given_scores import check_given
from mmmtl.registry import HOOKS

_MEAN = re.compile(r'^last(\d+)/')


@HOOKS.register_module()
class ScoreCheckHook(Hook):
    """Compare ``save_best`` and ``monitor`` with what the metrics of the validation will give.

    mmengine notices a misspelt ``save_best`` after the first validation, and a misspelt ``monitor``
    never. Scores of metrics that do not state theirs pass
    (:func:`~mmmtl.evaluation.given_scores.may_give`). ``tools/train.py`` adds this hook.
    """

    def before_train(self, runner: Runner) -> None:
        """Look at checkpoints and early stopping.

        Raises:
            KeyError: no metric gives the score; or ``save_best`` names a mean over epochs, which
                the first validations do not have.
        """
        metrics = runner.val_loop.evaluator.metrics if runner.val_loop is not None else []
        for option, key in _watched(runner.hooks):
            check_given(option, key, metrics)
            mean = _MEAN.match(key)
            if mean and metrics and option == 'save_best' and mean[1] != '1':
                raise KeyError(
                    f'save_best names {key!r}, a mean over {mean[1]} epochs, which the first '
                    f'validations do not have. Name the score of an epoch: '
                    f'save_best={key[mean.end():]!r}')


def _watched(hooks: list[Any]) -> Iterator[tuple[str, str]]:
    for hook in hooks:
        if isinstance(hook, CheckpointHook):
            yield from (('save_best', key) for key in hook.save_best or () if key != 'auto')
        elif isinstance(hook, EarlyStoppingHook):
            yield 'monitor', hook.monitor
