"""Notice a task that never sees a label."""

from collections.abc import Iterable, Mapping

from mmengine.logging import MessageHub


class LabelWatch:
    """Raises when a task has had no ground truth for an epoch, or for a number of steps.

    Without it, a wrong suffix or a field dropped by the pipeline would show as a loss of zero
    for hours.

    Args:
        tasks: the tasks.
        patience: steps after which a task must have been seen. :class:`LabelWatchHook`, which
            ``tools/train.py`` adds, lowers it to the length of an epoch.
    """

    def __init__(self, tasks: Iterable[str], patience: int = 500) -> None:
        self.unseen = set(tasks)
        self.patience = patience
        self._steps = 0
        self._first_epoch: int | None = None

    def update(self, present: Mapping[str, bool]) -> None:
        """Count one training step.

        Args:
            present: whether any frame of the step's batch, on any rank, was labelled per task.

        Raises:
            RuntimeError: naming the tasks and what to look at.
        """
        if not self.unseen:
            return
        self.unseen -= {task for task, labelled in present.items() if labelled}
        self._steps += 1
        epoch = MessageHub.get_current_instance().get_info('epoch', 0)
        if self._first_epoch is None:
            self._first_epoch = epoch
        if self.unseen and (epoch > self._first_epoch or self._steps >= self.patience):
            raise RuntimeError(
                f'task(s) {sorted(self.unseen)} had no ground truth in {self._steps} training '
                "steps. Check that the dataset finds the task's files (its log counts them per "
                'task), that the train pipeline loads them and ends with PackMultiTaskInputs '
                '(PackSegInputs drops them), or remove the head.')
