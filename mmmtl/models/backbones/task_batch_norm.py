"""Batch normalisation with running statistics per task."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TaskBatchNorm2d(nn.Module):
    """Batch normalisation whose scale and offset all tasks share, but not its running statistics.

    Where the images of each task come from a data set of their own, a batch is normalised by its
    own statistics in training; a running mean over all data sets would be right for none of them
    in testing. :meth:`choose` says whose statistics are used.

    State: ``running_mean`` and ``running_var``, (T, C). It is no ``nn.BatchNorm2d``, since the
    conversion to synchronised layers (``sync_bn``) would replace it by one without tasks; each rank
    normalises by its own batch.

    Args:
        num_features: C.
        num_tasks: T.
        eps: added to variances.
        momentum: weight of a batch in the running statistics.
    """

    def __init__(self, num_features: int, num_tasks: int, eps: float = 1e-5,
                 momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self._task = 0
        self.track_running_stats = True
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer('running_mean', torch.zeros(num_tasks, num_features))
        self.register_buffer('running_var', torch.ones(num_tasks, num_features))

    def choose(self, task: int) -> None:
        """Use the statistics of this task, by its number, from now on."""
        self._task = task

    @property
    def task(self) -> int:
        """Number of the task whose statistics are used."""
        return self._task

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W), normalised by the batch in training, else by the task's statistics."""
        keep = self.track_running_stats or not self.training
        mean = self.running_mean[self._task] if keep else None
        var = self.running_var[self._task] if keep else None
        return F.batch_norm(x, mean, var, self.weight, self.bias, self.training,
                            self.momentum, self.eps)


def choose_task(layers: Iterable[TaskBatchNorm2d], task: int) -> None:
    """Let these layers use the statistics of a task."""
    for layer in layers:
        layer.choose(task)
