"""What every loss weighting has in common."""

import math
from abc import ABCMeta, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import torch
from mmengine.logging import MessageHub
from torch import Tensor

from mmmtl.utils.precision import ExactNumbers

TaskKind = Literal['regression', 'classification']
TASK_KINDS = ('regression', 'classification')
Tasks = Mapping[str, TaskKind | None] | Sequence[str]


class BaseLossWeighting(ExactNumbers, metaclass=ABCMeta):
    """Turns one loss per task into terms whose sum is the total loss.

    Args:
        tasks: name of each task and its kind, ``'regression'`` or ``'classification'``; or names
            alone, where the kind does not matter. In a model's config it is left out: the
            segmentor passes those of its heads, and refuses a config that names others. Left out
            elsewhere, the tasks are those of the first losses; parameters and buffers are made
            then, so an optimizer or a checkpoint to load needs ``tasks`` given.

    A task that is missing from the losses has no ground truth in the batch on any rank. It
    gets no regulariser, and a term of zero that keeps its parameters in the graph.

    A subclass with options stores them between ``super().__init__()`` and ``self.bind(tasks)``,
    and makes in :meth:`prepare` what it needs per task. What moves its state must be losses
    averaged over ranks (:func:`mmmtl.weighting.mean_over_ranks`), finite, and only in training.

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

    #: Whether :meth:`after_epoch` must be called at the end of each epoch.
    needs_epochs: bool = False
    #: Whether :meth:`after_step` must be called with the losses after each optimizer step.
    needs_losses_after_step: bool = False

    def __init__(self, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.tasks: dict[str, TaskKind | None] = {}
        self._attached = False
        self._first_iter: int | None = None
        self.bind(tasks)

    def bind(self, tasks: Tasks | None) -> None:
        """Take the names and kinds of the tasks; ``None`` leaves them to the first losses.

        Raises:
            ValueError: if there are none, or a kind is unknown.
        """
        if tasks is None:
            return
        name = type(self).__name__
        if not tasks or isinstance(tasks, str):
            raise ValueError(f'{name}: tasks is {tasks!r}' if tasks else
                             f'{name}: tasks is empty; give the name and kind of each task')
        if not isinstance(tasks, Mapping):
            tasks = dict.fromkeys(tasks)
        for task, kind in tasks.items():
            if kind is not None and kind not in TASK_KINDS:
                raise ValueError(f'{name}: kind of task {task!r} must be one of {TASK_KINDS}, '
                                 f'got {kind!r}')
        self.tasks = dict(tasks)
        self.prepare()

    def prepare(self) -> None:
        """Make the parameters and buffers of the tasks, which are known now."""

    @abstractmethod
    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """Terms of the tasks in ``losses``, whose names are known to be this weighting's."""

    @abstractmethod
    def state(self) -> dict[str, dict[str, Tensor]]:
        """What a log shows per task: ``{'weight': {task: scalar}, ...}``, detached."""

    def forward(self, losses: Mapping[str, Tensor], /) -> dict[str, Tensor]:
        """Weigh the losses.

        Args:
            losses: one scalar per task that has ground truth in the batch.

        Returns:
            One scalar per task of this weighting, in its order; their sum is the total loss.

        Raises:
            KeyError: if a loss belongs to no task of this weighting.
            RuntimeError: if a runner drives it without the hook that it needs.
        """
        if not self.tasks:
            self.bind(dict.fromkeys(losses))
            first = next(iter(losses.values()))
            self.to(first.device, torch.promote_types(first.dtype, torch.get_default_dtype()))
        self._check_names(losses, 'losses')
        if self.training and not self._attached:
            self._check_hook()
        terms = self.weigh({task: losses[task] for task in self.tasks if task in losses})
        return {task: terms[task] for task in self.tasks if task in terms}

    # -- called by LossWeightingHook, or by a training loop of one's own ----------------------
    def attach(self, epoch_steps: int | None = None) -> None:
        """Note that someone calls :meth:`after_epoch` and :meth:`after_step`.

        Args:
            epoch_steps: steps of an epoch in a run by iterations, where no epoch ends.
        """
        self._attached = True

    def after_epoch(self) -> None:
        """At the end of an epoch, on every rank."""

    def after_step(self, losses: Mapping[str, Tensor], /) -> None:
        """After an optimizer step, with the losses of the same batch by the new parameters."""

    def _check_hook(self) -> None:
        """Raise if a runner counts iterations while nobody would ever move the state."""
        if not (self.needs_epochs or self.needs_losses_after_step):
            return
        now = MessageHub.get_current_instance().get_info('iter', None)
        if self._first_iter is None:
            self._first_iter = now
        elif now != self._first_iter:
            raise RuntimeError(
                f'{type(self).__name__}: nothing would ever move its weights. Give the runner '
                "custom_hooks=[dict(type='mmmtl.LossWeightingHook')] (tools/train.py adds it)")

    # -- reading of options -------------------------------------------------------------------
    def _check_names(self, named: Iterable[str], where: str) -> None:
        unknown = [name for name in named if name not in self.tasks]
        if unknown:
            raise KeyError(f'{type(self).__name__}: {where} of unknown task(s) {unknown}; the '
                           f'tasks are {list(self.tasks)}')

    def _per_task(self, values: float | Mapping[str, float], what: str,
                  tasks: Iterable[str] | None = None) -> dict[str, float]:
        """One number for every task (or of ``tasks``), or a number per task, none missing."""
        tasks = list(self.tasks if tasks is None else tasks)
        if not isinstance(values, Mapping):
            return dict.fromkeys(tasks, self._number(values, what))
        self._check_names(values, what)
        missing = [task for task in tasks if task not in values]
        if missing:
            raise KeyError(f'{type(self).__name__}: no {what} of task(s) {missing}; give a '
                           f'value for each of {tasks}')
        return {task: self._number(values[task], f'{what} of task {task!r}') for task in tasks}

    def _number(self, value: Any, what: str) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f'{type(self).__name__}: {what} must be a finite number, got '
                             f'{value!r}; give one for all tasks, or dict(<task>=<number>, …)')
        return number
