"""What every loss weighting has in common."""

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from typing import Literal

from torch import Tensor, nn

TaskKind = Literal['regression', 'classification']
TASK_KINDS = ('regression', 'classification')


class BaseLossWeighting(nn.Module, metaclass=ABCMeta):
    """Turns one loss per task into terms whose sum is the total loss.

    Args:
        tasks: name of each task and its kind, ``'regression'`` or ``'classification'``. The
            segmentor passes those of its heads; a config that names others is refused.

    A task that is missing from the losses has no ground truth in the batch on any rank. It
    gets no regulariser, and a term of zero that keeps its parameters in the graph.

    Example:
        >>> from mmmtl.registry import WEIGHTINGS
        >>> import torch
        >>> weigh = WEIGHTINGS.build(dict(
        ...     type='UncertaintyWeighting',
        ...     tasks=dict(semantic='classification', depth='regression')))
        >>> terms = weigh(dict(semantic=torch.tensor(2.), depth=torch.tensor(4.)))
        >>> [round(float(term), 1) for term in terms.values()]
        [2.0, 2.0]
    """

    def __init__(self, tasks: Mapping[str, TaskKind]) -> None:
        super().__init__()
        name = type(self).__name__
        if not tasks:
            raise ValueError(f'{name}: tasks is empty; give the name and kind of each task')
        for task, kind in tasks.items():
            if kind not in TASK_KINDS:
                raise ValueError(f'{name}: kind of task {task!r} must be one of {TASK_KINDS}, '
                                 f'got {kind!r}')
        self.tasks = dict(tasks)

    @abstractmethod
    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """Terms of the tasks in ``losses``, whose names are known to be this weighting's."""

    @abstractmethod
    def state(self) -> dict[str, dict[str, Tensor]]:
        """What a log shows per task: ``{'weight': {task: scalar}, ...}``, detached."""

    def forward(self, losses: dict[str, Tensor], /) -> dict[str, Tensor]:
        """Weigh the losses.

        Args:
            losses: one scalar per task that has ground truth in the batch.

        Returns:
            One scalar per task of this weighting, in its order; their sum is the total loss.

        Raises:
            KeyError: if a loss belongs to no task of this weighting.
        """
        self._check_names(losses, 'the losses')
        terms = self.weigh(losses)
        return {task: terms[task] for task in self.tasks if task in terms}

    def _check_names(self, named: Mapping, where: str) -> None:
        unknown = [name for name in named if name not in self.tasks]
        if unknown:
            raise KeyError(f'{type(self).__name__}: {where} name the task(s) {unknown}, but the '
                           f'tasks are {list(self.tasks)}')

    def _per_task(self, values: float | Mapping[str, float], what: str) -> dict[str, float]:
        """One number for every task, or a number per task with no task missing."""
        if not isinstance(values, Mapping):
            return {task: float(values) for task in self.tasks}
        self._check_names(values, what)
        missing = [task for task in self.tasks if task not in values]
        if missing:
            raise KeyError(f'{type(self).__name__}: {what} lack the task(s) {missing}; give a '
                           f'value for each of {list(self.tasks)}')
        return {task: float(values[task]) for task in self.tasks}
