"""Batch normalisation with running statistics per task."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TaskBatchNorm2d(nn.BatchNorm2d):
    """Batch normalisation whose scale and offset all tasks share, but not its running statistics.

    Where the images of each task come from a data set of their own, a batch is normalised by its
    own statistics in training; a running mean over all data sets would be right for none of them
    in testing. :attr:`task` says whose statistics are used.

    State: ``running_mean`` and ``running_var``, (T, C).

    Args:
        num_features: C.
        num_tasks: T.
        kwargs: see :class:`torch.nn.BatchNorm2d`.
    """

    #: number of the task whose images are looked at
    task: int = 0

    def __init__(self, num_features: int, num_tasks: int, **kwargs) -> None:
        super().__init__(num_features, **kwargs)
        self.running_mean = torch.zeros(num_tasks, num_features)
        self.running_var = torch.ones(num_tasks, num_features)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W), normalised by the batch in training, else by the task's statistics."""
        self._check_input_dim(x)
        keep = self.track_running_stats or not self.training
        mean = self.running_mean[self.task] if keep else None
        var = self.running_var[self.task] if keep else None
        return F.batch_norm(x, mean, var, self.weight, self.bias, self.training,
                            self.momentum, self.eps)


def choose_task(layers: Iterable[TaskBatchNorm2d], task: int) -> None:
    """Let these layers use the statistics of a task."""
    for layer in layers:
        layer.task = task
