"""Notice a task that never sees a label."""

from collections.abc import Iterable, Mapping

import torch
from mmengine.dist import all_reduce
from mmengine.logging import MessageHub

# Where labels are read, a few random crops in a row may be empty by chance: in an epoch of one
# step that would be no reason to stop.
_FEWEST_EMPTY = 5


class LabelWatch:
    """Raises when a task has had no ground truth for an epoch, or for a number of steps.

    Without it, a wrong suffix, a field dropped by the pipeline, or labels without a single value
    (no instance, nothing measured, all ignored) would show as a loss of zero for hours.

    Args:
        tasks: the tasks.
        patience: steps after which a task must have been seen. :class:`LabelWatchHook`, which
            ``tools/train.py`` adds, lowers it to the length of an epoch (:meth:`expect_within`).
            Labels that are there but hold nothing get five steps at least.
    """

    def __init__(self, tasks: Iterable[str], patience: int = 500) -> None:
        self.unseen = set(tasks)
        self.patience = patience
        self._read: set[str] = set()
        self._steps = 0
        self._first_epoch: int | None = None

    def expect_within(self, steps: int) -> None:
        """Let this many steps be the patience."""
        self.patience = steps

    def update(self, present: Mapping[str, bool], read: Iterable[str] = ()) -> None:
        """Count one training step.

        Args:
            present: whether any frame of the step's batch, on any rank, was labelled per task.
            read: tasks of which any frame of this rank has the label, with values or without.

        Raises:
            RuntimeError: naming the tasks and what to look at; on every rank.
        """
        if not self.unseen:
            return
        self.unseen -= {task for task, labelled in present.items() if labelled}
        self._read = self.unseen & {*self._read, *read}
        self._steps += 1
        epoch = MessageHub.get_current_instance().get_info('epoch', 0)
        if self._first_epoch is None:
            self._first_epoch = epoch
        if self.unseen and (epoch > self._first_epoch or self._steps >= self.patience):
            self._stop()

    def _stop(self) -> None:
        tasks = sorted(self.unseen)
        read = torch.tensor([task in self._read for task in tasks], dtype=torch.int32)
        all_reduce(read, op='max')  # all ranks are here, and say and do the same
        empty = [task for task, flag in zip(tasks, read.tolist(), strict=True) if flag]
        absent = [task for task in tasks if task not in empty]
        problems = []
        if absent:
            problems.append(
                f'task(s) {absent} had no ground truth in {self._steps} training steps. Check that '
                "the dataset finds the task's files (its log counts them per task), that the train "
                'pipeline loads them and ends with PackMultiTaskInputs (PackSegInputs drops them), '
                'or remove the head.')
        if empty and (absent or self._steps >= _FEWEST_EMPTY):
            problems.append(
                f'The labels of task(s) {empty} were read, but held nothing to learn from in '
                f'{self._steps} training steps: no instance, no measured pixel, ignored classes '
                "only, or NaN. Look at them with tools/analysis_tools/browse_dataset.py; check the "
                "files and what the pipeline's loaders take them for (encoding, classes). If it is "
                f'so by chance: model=dict(unlabelled_tasks={empty}).')
        if problems:
            raise RuntimeError(' '.join(problems))
