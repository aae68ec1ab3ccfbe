"""Reverse Huber loss over measured values."""

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from mmmtl.registry import MODELS

from .masked_loss import MaskedLoss
from .masking import masked_mean, masked_residual

# Keeps the parabola (r² + c²) / 2c defined when every residual is zero.
_SMALLEST_THRESHOLD = 1e-6


def berhu(pred: Tensor, target: Tensor, fraction: float = 0.2,
          over_ranks: bool = False) -> Tensor:
    """Mean of ``|r|`` for ``|r| <= c`` and ``(r² + c²) / 2c`` beyond, ``c = fraction max|r|``.

    The threshold c is taken over the measured values of the batch and is a constant of the
    gradient: without that, the largest residual would move its own threshold.

    Args:
        pred: (N, C, H, W) predictions.
        target: (N, C, H, W) targets, NaN where nothing was measured.
        fraction: c as a fraction of the largest residual.
        over_ranks: whether that is the largest of all ranks; all of them call this alike then.

    Returns:
        A scalar; 0 with zero gradients if nothing was measured.
    """
    residual, count = masked_residual(pred, target)
    size = residual.abs()
    largest = size.detach().max()
    if over_ranks:
        all_reduce(largest, op='max')
    c = (fraction * largest).clamp(min=_SMALLEST_THRESHOLD)
    values = torch.where(size <= c, size, (residual.square() + c * c) / (2 * c))
    return masked_mean(values, count)


@MODELS.register_module()
class BerHuLoss(MaskedLoss):
    """berHu, as Laina et al. (3DV 2016, eq. 2) use it for depth.

    Args:
        fraction: threshold c as a fraction of the batch's largest residual.
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
    """

    loss_name = 'loss_berhu'

    def __init__(self, fraction: float = 0.2, loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        if not 0 < fraction <= 1:
            raise ValueError(f'BerHuLoss: fraction must be in (0, 1], got {fraction}')
        self.fraction = fraction
        self._over_ranks = False

    def compare_over_ranks(self) -> None:
        """From now on c is of the largest residual of all ranks: ``normalise='world'``."""
        self._over_ranks = True

    def compute(self, pred: Tensor, target: Tensor) -> Tensor:
        """See :func:`berhu`."""
        return berhu(pred, target, self.fraction, self._over_ranks)
