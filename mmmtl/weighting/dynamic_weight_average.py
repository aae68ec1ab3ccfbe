"""Weights by how fast each loss fell."""

from numbers import Real

import torch
from torch import Tensor

from mmmtl.registry import WEIGHTINGS

from .base import Tasks
from .periodic import PeriodicWeighting
from .ranks import mean_over_ranks


def dynamic_weights(rates: Tensor, temperature: float) -> Tensor:
    """``λ_k = K · softmax(w / T)_k``; their sum is K.

    Args:
        rates: (K,) ``w_k``, the ratio of a task's mean losses in the last two periods.
        temperature: ``T``; larger makes the weights more alike.
    """
    scaled = rates / temperature
    # A loss that was all but zero has an infinite rate, and softmax of infinity is NaN.
    largest = torch.finfo(scaled.dtype).max
    return len(rates) * torch.softmax(scaled.clamp(-largest, largest), dim=0)


@WEIGHTINGS.register_module()
class DynamicWeightAverage(PeriodicWeighting):
    """Liu, Johns, Davison (CVPR 2019): the slower a loss falls, the larger its weight.

    ``total = Σ_k λ_k(t) L_k`` with ``λ(t) = K · softmax(w / T)`` and
    ``w_k = L_k(t-1) / L_k(t-2)``, where ``L_k(t)`` is the mean of the loss over period t and all
    ranks. In the first two periods ``λ = 1``.

    A step in which a task has no label, or its loss is not finite, does not count to its mean. A
    period without any such step leaves the task's history as it is: its ``w`` stays the ratio of
    the last two periods in which it was labelled (1 while there are not two of them).

    Args:
        tasks: names (and kinds) of the tasks; see :class:`BaseLossWeighting`.
        temperature: ``T``.
        interval: iterations of a period; by default an epoch, see :class:`PeriodicWeighting`.

    State, all in the checkpoint: ``averages`` (2, K), older period first; ``labelled`` (K,) and
    ``finished``, periods that counted; ``mean`` and ``count`` (K,) of the period that runs;
    ``weights`` (K,); ``steps`` of the period. It moves at the end of a period.

    Example:
        >>> weigh = DynamicWeightAverage(['a', 'b'], interval=1)
        >>> for a in (4.0, 2.0, 2.0):
        ...     terms = weigh(dict(a=torch.tensor(a), b=torch.tensor(1.0)))
        >>> [round(float(w), 3) for w in weigh.state()['weight'].values()]  # w = 0.5 and 1
        [0.876, 1.124]
    """

    def __init__(self,
                 tasks: Tasks | None = None,
                 temperature: float = 2.0,
                 interval: int | None = None) -> None:
        super().__init__(interval)
        if not isinstance(temperature, Real) or not temperature > 0:
            raise ValueError(
                f'DynamicWeightAverage: temperature must be a positive number, got {temperature!r}')
        self.temperature = temperature
        self.bind(tasks)

    def prepare(self) -> None:
        """An empty history."""
        number = len(self.tasks)
        self.register_buffer('averages', torch.zeros(2, number))
        self.register_buffer('labelled', torch.zeros(number, dtype=torch.long))
        self.register_buffer('finished', torch.tensor(0))
        self.register_buffer('mean', torch.zeros(number))
        self.register_buffer('count', torch.zeros(number, dtype=torch.long))
        self.register_buffer('weights', torch.ones(number))

    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """``λ_k L_k``; in training the losses are added to the period's means."""
        if self.training:
            values, present = mean_over_ranks(losses, self.tasks, self.mean)
            counts = present & values.isfinite()
            self.count += counts
            change = (values - self.mean) / self.count.clamp(min=1)
            self.mean += torch.where(counts, change, 0.0)
        weights = dict(zip(self.tasks, self.weights.clone(), strict=True))
        return {task: weights[task] * loss for task, loss in losses.items()}

    def end_period(self) -> None:
        """Take the period's means into the history and make the next weights."""
        counts = self.count > 0
        history = torch.stack([self.averages[1], self.mean])
        self.averages.copy_(torch.where(counts, history, self.averages))
        self.labelled += counts
        self.finished += 1
        self.mean.zero_()
        self.count.zero_()
        older, newer = self.averages
        known = (self.labelled >= 2) & (older != 0)
        rates = torch.where(known, newer / torch.where(known, older, 1.0), 1.0)
        weights = dynamic_weights(rates, self.temperature)
        self.weights.copy_(torch.where(self.finished >= 2, weights, 1.0))

    def state(self) -> dict[str, dict[str, Tensor]]:
        """The weights of the period that runs."""
        return {'weight': dict(zip(self.tasks, self.weights.clone(), strict=True))}
