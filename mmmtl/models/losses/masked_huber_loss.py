"""Huber loss over measured values."""

import torch
from torch import Tensor

from mmmtl.registry import MODELS

from .masked_loss import MaskedLoss
from .masking import masked_mean, masked_residual


def masked_huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    """Mean of ``r²/2`` for ``|r| <= delta`` and ``delta (|r| - delta/2)`` beyond.

    Args:
        pred: (N, C, H, W) predictions.
        target: (N, C, H, W) targets, NaN where nothing was measured.
        delta: residual at which the parabola turns into a line, in the target's unit.

    Returns:
        A scalar; 0 with zero gradients if nothing was measured.
    """
    residual, count = masked_residual(pred, target)
    size = residual.abs()
    values = torch.where(size <= delta, residual.square() / 2, delta * (size - delta / 2))
    return masked_mean(values, count)


@MODELS.register_module()
class MaskedHuberLoss(MaskedLoss):
    """Huber loss (Huber 1964), quadratic near zero and linear beyond ``delta``.

    Args:
        delta: where the loss turns linear, in the target's unit.
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
    """

    loss_name = 'loss_huber'

    def __init__(self, delta: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        if delta <= 0:
            raise ValueError(f'MaskedHuberLoss: delta must be positive, got {delta}')
        self.delta = delta

    def compute(self, pred: Tensor, target: Tensor) -> Tensor:
        """See :func:`masked_huber`."""
        return masked_huber(pred, target, self.delta)
