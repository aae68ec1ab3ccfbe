"""Norms and cosines of the tasks' gradients, for the log and TensorBoard."""

from collections.abc import Sequence
from itertools import combinations

from mmengine.logging import MessageHub
from torch import Tensor

from .base import Rows


class GradientLog:
    """Writes to mmengine's message hub, from where the logger hook takes it.

    ``grad_norm/<task>``: norm of a task's (weighted) gradient; ``grad_cos/<a>-<b>``: cosine of
    two; ``balance/<task>``: weight that the method gave it.

    Args:
        tasks: names.
        hub: of the run.
        interval: updates between two entries; 0 for none.
    """

    def __init__(self, tasks: Sequence[str], hub: MessageHub, interval: int) -> None:
        self.tasks, self.hub, self.interval = list(tasks), hub, interval

    def _due(self, update: int) -> bool:
        return self.interval > 0 and (update - 1) % self.interval == 0

    def update(self, rows: Rows, update: int) -> None:
        """Norms and cosines of an update; they are counted from 1."""
        if not self._due(update):
            return
        gramian = rows.gramian.detach().double().cpu()
        norms = gramian.diagonal().sqrt()
        for row, task in enumerate(rows.tasks):
            self._write(f'grad_norm/{self.tasks[task]}', norms[row])
        for i, j in combinations(range(len(rows.tasks)), 2):
            a, b = self.tasks[rows.tasks[i]], self.tasks[rows.tasks[j]]
            self._write(f'grad_cos/{a}-{b}', gramian[i, j] / (norms[i] * norms[j]))

    def weights(self, rows: Rows, weights: Tensor, update: int) -> None:
        """Weights of an update."""
        if self._due(update):
            for task, weight in zip(rows.tasks, weights.tolist(), strict=True):
                self._write(f'balance/{self.tasks[task]}', weight)

    def _write(self, key: str, value: Tensor | float) -> None:
        self.hub.update_scalar(f'train/{key}', float(value))
