"""What a comparison of training runs needs to know of each."""

import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import torch
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmmtl.registry import HOOKS
from mmmtl.utils.step_memory import StepMemory
from mmmtl.utils.unwrap import unwrap

#: environment variable: how many runs there are side by side, for ``results.json``
JOBS_VARIABLE = 'MMMTL_JOBS'
_SECONDS, _PEAK, _JOBS = 'record/seconds', 'record/peak_bytes', 'record/jobs'
_BALANCE, _LAST = 'train/balance/', 10


@HOOKS.register_module()
class RunRecordHook(Hook):
    """Write scores, time and memory of a finished run to ``results.json`` in its work directory.

    The file appears when training has ended and not before:

    - ``scores``: of the validation after the last step (which is run if the loop did not);
    - ``seconds_per_step``: mean over the steps (forward, backward, optimizer; without waiting for
      data, without validation) but the first ``warm_up`` of each process;
      ``median_seconds_per_step`` besides. On accelerators each step is waited for;
    - ``peak_bytes``: peak memory of one step (:class:`~mmmtl.utils.step_memory.StepMemory`),
      taken at step ``memory_step``, or the next that updates the parameters, which is left out of
      the times;
    - ``jobs``: the largest number of runs side by side, from the environment variable
      ``MMMTL_JOBS``, which ``tools/compare_weightings.py`` sets; 1 without it;
    - ``steps``, ``timed_steps``, and ``weights`` of the tasks at the end: loss weight, times the
      mean of the last ten logged weights that a balancer gave their gradients.

    Times and memory go through checkpoints: a run that was resumed counts all its steps.

    Args:
        warm_up: steps that are not timed, after a start and after each resumption.
        memory_step: at which memory is measured, counted from 0. With accumulated gradients it
            is put off to an update, and to the second one, so that the optimizer has its state
            before. The last step, if there are fewer.
    """

    priority = 55  # after LossWeightingHook (a part of the step), before logs and checkpoints

    def __init__(self, warm_up: int = 5, memory_step: int = 3) -> None:
        self.warm_up, self.memory_step = warm_up, memory_step
        self._scores: dict[str, float] = {}
        self._memory: StepMemory | None = None
        self._start = 0.0
        self._steps = 0

    def before_train(self, runner: Runner) -> None:
        """Note how many runs there are beside this one."""
        self._steps = 0
        before = runner.message_hub.get_info(_JOBS, 1)
        runner.message_hub.update_info(
            _JOBS, max(before, int(os.environ.get(JOBS_VARIABLE, 1))))

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Start the clock."""
        self._scores = {}
        if runner.iter == self._step_of_memory(runner):
            optimizers = [getattr(w, 'optimizer', None) for w in _wrappers(runner)]
            self._memory = StepMemory(runner.model, *filter(None, optimizers))
            self._memory.start()
        _synchronize()
        self._start = time.perf_counter()

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None,
                         outputs: dict | None = None) -> None:
        """Stop it."""
        _synchronize()
        seconds = time.perf_counter() - self._start
        if self._memory is not None:
            runner.message_hub.update_info(_PEAK, self._memory.stop())
            self._memory = None
        elif self._steps >= self.warm_up:
            runner.message_hub.update_scalar(_SECONDS, seconds)
        self._steps += 1

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Keep the scores until a further step is taken."""
        self._scores = {key: float(value) for key, value in (metrics or {}).items()
                        if isinstance(value, int | float) or getattr(value, 'ndim', None) == 0}

    def after_train(self, runner: Runner) -> None:
        """Write the file."""
        if not self._scores:
            if runner.val_loop is None:
                raise ValueError('RunRecordHook: the config has no val_dataloader, val_evaluator '
                                 'and val_cfg, so that the run has no scores')
            runner.val_loop.run()
        if not is_main_process():
            return
        hub = runner.message_hub
        seconds = [float(s) for s in hub.get_scalar(_SECONDS).data[0]] if (
            _SECONDS in hub.log_scalars) else []
        record = dict(
            scores=self._scores,
            steps=runner.iter,
            timed_steps=len(seconds),
            seconds_per_step=statistics.fmean(seconds) if seconds else None,
            median_seconds_per_step=statistics.median(seconds) if seconds else None,
            peak_bytes=hub.get_info(_PEAK),
            jobs=hub.get_info(_JOBS, 1),
            device=str(next(runner.model.parameters()).device.type),
            weights=_weights(runner))
        path = Path(runner.work_dir, 'results.json')
        partial = path.with_suffix('.partial')
        partial.write_text(json.dumps(record, indent=1) + '\n')
        os.replace(partial, path)

    def _step_of_memory(self, runner: Runner) -> int:
        """The first step from ``memory_step`` on that updates, but for the first update."""
        counts = max(getattr(w, '_accumulative_counts', 1) for w in _wrappers(runner))
        updates = self.memory_step // counts + 1  # that there are when it is over
        if counts > 1:
            updates = max(updates, 2)
        return min(updates * counts, runner.max_iters) - 1


def _wrappers(runner: Runner) -> list:
    wrapper = runner.optim_wrapper
    return list(wrapper.values()) if hasattr(wrapper, 'optim_wrappers') else [wrapper]


def _weights(runner: Runner) -> dict[str, float]:
    model = unwrap(runner.model)
    weighting = getattr(model, 'loss_weighting', None)
    weights = weighting.state().get('weight', {}) if weighting is not None else {}
    weights = {task: float(weight) for task, weight in weights.items()}
    if not any(hasattr(wrapper, 'balancer') for wrapper in _wrappers(runner)):
        return weights
    logged = {key.removeprefix(_BALANCE): buffer.data[0][-_LAST:]
              for key, buffer in runner.message_hub.log_scalars.items()
              if key.startswith(_BALANCE)}
    return {task: weights.get(task, 1.0) * float(values.mean()) for task, values in logged.items()
            if len(values)}


def _synchronize() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
