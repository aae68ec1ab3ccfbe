"""Constant weights."""

from collections.abc import Mapping

import torch
from torch import Tensor

from mmmtl.registry import WEIGHTINGS

from .base import BaseLossWeighting, Tasks


@WEIGHTINGS.register_module()
class FixedWeighting(BaseLossWeighting):
    """Equal weights, or the weights that are named: ``total = Σ_k w_k L_k``.

    Args:
        tasks: names (and kinds) of the tasks; see :class:`BaseLossWeighting`.
        weights: one number for all tasks, or one per task with none left out; finite and not
            negative. 0 leaves a task out of the total (its metrics stay).

    Raises:
        ValueError: for another weight, with the task.
        KeyError: if a task has none, or a name is no task's.
    """

    def __init__(self,
                 tasks: Tasks | None = None,
                 weights: float | Mapping[str, float] = 1.0) -> None:
        super().__init__()
        self.weights = weights
        self.bind(tasks)

    def prepare(self) -> None:
        """A weight per task."""
        self.weights = self._per_task(self.weights, 'weights')
        negative = {task: weight for task, weight in self.weights.items() if weight < 0}
        if negative:
            raise ValueError(f'FixedWeighting: weights must not be negative (the loss would be '
                             f'maximised), got {negative}; 0 leaves a task out')

    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """``w_k L_k`` for each task of ``losses``."""
        return {task: self.weights[task] * loss for task, loss in losses.items()}

    def state(self) -> dict[str, dict[str, Tensor]]:
        """The constant weights."""
        return {'weight': {task: torch.tensor(w, dtype=torch.float64)
                           for task, w in self.weights.items()}}
