"""Scores averaged over the last epochs of a run."""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import EpochBasedTrainLoop, Runner

from mmmtl.registry import HOOKS

FILE_NAME = 'last_epochs.json'
_KEY = 'last_epochs/scores'


@HOOKS.register_module()
class LastEpochsMeanHook(Hook):
    """The mean of every score over the validations of the last ten epochs.

    What Liu et al. (MTAN, CVPR 2019) report, having no other data to choose an epoch by, and
    Nash-MTL, FAMO and others after them. From the tenth validation on, each validation's scores
    have a mean beside them, ``last10/semantic/mIoU`` beside ``semantic/mIoU``: in the log, among
    the scalars of the visualizer and in ``results.json``, and so for ``compare_weightings.py``. A
    run of fewer epochs has the mean over all of them, named by their number (``last5/...``).

    ``last_epochs.json`` in the work directory is written after each validation: ``epochs`` and
    ``means`` (empty before there are enough), ``validations`` with the scores of each epoch.

    The scores of past validations are in the checkpoints. A checkpoint is written before its own
    epoch is validated: a resumed run does that first, so that no epoch is missing.

    Args:
        number: of epochs.

    Raises:
        ValueError: ``number`` is below 1; the run is not by epochs, has no validation, or does not
            validate each of its last epochs.
    """

    priority = 'HIGHEST'  # before the hooks that log, keep or compare scores

    def __init__(self, number: int = 10) -> None:
        if number < 1:
            raise ValueError(f'LastEpochsMeanHook: number must be 1 or more, not {number}')
        self.number = number
        self._window = 0  # 0: not training

    def before_train(self, runner: Runner) -> None:
        """Check that the run validates as this hook needs it."""
        loop = runner.train_loop
        if not isinstance(loop, EpochBasedTrainLoop) or runner.val_loop is None:
            raise ValueError('LastEpochsMeanHook averages over epochs with a validation each: it '
                             'needs train_cfg=dict(type="EpochBasedTrainLoop", val_interval=1) and '
                             'val_dataloader, val_evaluator, val_cfg. Or take it out of '
                             'custom_hooks')
        self._window = min(self.number, loop.max_epochs)
        first = loop.max_epochs - self._window + 1
        if loop.val_interval != 1 or loop.val_begin > first:
            raise ValueError(
                f'LastEpochsMeanHook needs a validation after each of the epochs {first} to '
                f'{loop.max_epochs}, but train_cfg has val_interval={loop.val_interval} and '
                f'val_begin={loop.val_begin}. Give val_interval=1 and val_begin={first} or less')
        if runner.epoch == 0:  # mmengine keeps a hub for later runs of the same name
            runner.message_hub.update_info(_KEY, {})
        if self._window < self.number:
            print_log(f'LastEpochsMeanHook: the run has {self._window} epochs, so the mean is over '
                      f'these ("last{self._window}/...")', logger='current')

    def before_train_epoch(self, runner: Runner) -> None:
        """After resuming: validate the epoch that the checkpoint was written after."""
        self._validate_missing(runner)

    def after_train(self, runner: Runner) -> None:
        """The same where nothing was left to train."""
        self._validate_missing(runner)
        self._window = 0

    def after_val_epoch(self, runner: Runner, metrics: dict[str, Any] | None = None) -> None:
        """Keep the scores, and add the means to them."""
        if not self._window or metrics is None:
            return
        scores = {key: float(value) for key, value in metrics.items()
                  if isinstance(value, int | float) or getattr(value, 'ndim', None) == 0}
        window = range(runner.epoch - self._window + 1, runner.epoch)
        by_epoch = {epoch: old for epoch, old in _known(runner).items() if epoch in window}
        by_epoch[runner.epoch] = scores
        runner.message_hub.update_info(_KEY, by_epoch)
        complete = len(by_epoch) == self._window
        means = mean_scores(by_epoch) if complete else {}
        if is_main_process():
            _write(Path(runner.work_dir, FILE_NAME), dict(
                epochs=sorted(by_epoch) if complete else [], means=means, validations=by_epoch))
        metrics.update({f'last{self._window}/{key}': mean for key, mean in means.items()})

    def _validate_missing(self, runner: Runner) -> None:
        due = runner.train_loop.val_begin <= runner.epoch and runner.epoch > 0
        if due and runner.epoch not in _known(runner):
            print_log(f'LastEpochsMeanHook: epoch {runner.epoch} has no validation yet; it is run '
                      'now', logger='current')
            runner.val_loop.run()


def _known(runner: Runner) -> dict[int, dict[str, float]]:
    """Scores by epoch; the message hub goes through checkpoints."""
    return runner.message_hub.get_info(_KEY, {})


def mean_scores(by_epoch: Mapping[int, Mapping[str, float]]) -> dict[str, float]:
    """Mean of each score that all epochs have; NaN if one of them is."""
    first, *others = (by_epoch[epoch] for epoch in sorted(by_epoch))
    return {key: math.fsum(scores[key] for scores in (first, *others)) / len(by_epoch)
            for key in first if all(key in scores for scores in others)}


def _write(path: Path, record: dict) -> None:
    partial = path.with_suffix('.partial')
    partial.write_text(json.dumps(record, indent=1) + '\n')
    os.replace(partial, path)
