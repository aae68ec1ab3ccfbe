"""Weights learned from homoscedastic uncertainty."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmmtl.registry import WEIGHTINGS

from .base import BaseLossWeighting, TaskKind

FACTORS = {
    'paper': dict(regression=0.5, classification=1.0),
    'half': dict(regression=0.5, classification=0.5),
    'one': dict(regression=1.0, classification=1.0),
}


def uncertainty_term(loss: Tensor, log_var: Tensor, factor: float) -> Tensor:
    """``factor · e^{-s} L + s/2`` with ``s = log σ²``; minimal at ``s = log(2 · factor · L)``."""
    return factor * torch.exp(-log_var) * loss + 0.5 * log_var


@WEIGHTINGS.register_module()
class UncertaintyWeighting(BaseLossWeighting):
    """Kendall, Gal, Cipolla (CVPR 2018), equation 10, in ``s = log σ²``.

    ============== ======================= =================
    kind           term                    minimal at s =
    ============== ======================= =================
    regression     ``½ e^{-s} L + ½ s``    ``log L``
    classification ``e^{-s} L + ½ s``      ``log 2L``
    ============== ======================= =================

    The total may be negative: that is a likelihood, not a mistake. The log-variances are
    parameters of the model (``log_vars.<task>``) and so belong to its checkpoint;
    :class:`mmmtl.engine.MultiTaskOptimWrapperConstructor` keeps weight decay away from them
    and gives them a learning rate of their own (AdamW moves s by at most the rate per step:
    1e-2 for runs of a few hundred steps).

    Args:
        tasks: name and kind of each task; see :class:`BaseLossWeighting`.
        factor: factor of ``e^{-s} L``: ``'paper'`` as above, ``'half'`` or ``'one'`` for all
            kinds, as other implementations have it.
        init: initial log-variance, one number or one per task. The paper does not say; 0 starts
            at equal weights (up to the factor).
    """

    def __init__(self,
                 tasks: Mapping[str, TaskKind],
                 factor: str = 'paper',
                 init: float | Mapping[str, float] = 0.0) -> None:
        super().__init__(tasks)
        if factor not in FACTORS:
            raise ValueError(
                f'UncertaintyWeighting: factor must be one of {list(FACTORS)}, got {factor!r}')
        self.factor = factor
        self.log_vars = nn.ParameterDict({
            task: nn.Parameter(torch.tensor(value))
            for task, value in self._per_task(init, 'init').items()
        })

    def _factor_of(self, task: str) -> float:
        return FACTORS[self.factor][self.tasks[task]]

    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """Equation 10; a task without a loss contributes ``0 · s``, not its regulariser.

        With the regulariser but no loss, s would drift to minus infinity.
        """
        return {
            task:
            uncertainty_term(losses[task], self.log_vars[task], self._factor_of(task))
            if task in losses else 0.0 * self.log_vars[task]
            for task in self.tasks
        }

    def state(self) -> dict[str, dict[str, Tensor]]:
        """Factors of the raw losses, ``weight``, and log-variances, ``log_var``."""
        log_vars = {task: self.log_vars[task].detach().clone() for task in self.tasks}
        weights = {task: self._factor_of(task) * torch.exp(-s) for task, s in log_vars.items()}
        return {'weight': weights, 'log_var': log_vars}
