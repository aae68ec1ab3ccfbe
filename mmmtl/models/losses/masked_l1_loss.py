"""Mean absolute error over measured values."""

from torch import Tensor

from mmmtl.registry import MODELS

from .masked_loss import MaskedLoss
from .masking import masked_mean, masked_residual


def masked_l1(pred: Tensor, target: Tensor) -> Tensor:
    """Mean of ``|pred - target|`` over the values where ``target`` is finite.

    For a map of C channels the mean runs over pixels and channels, so that the result reads
    as the mean absolute error per component, in the target's unit.

    Args:
        pred: (N, C, H, W) predictions.
        target: (N, C, H, W) targets, NaN where nothing was measured.

    Returns:
        A scalar; 0 with zero gradients if nothing was measured.
    """
    residual, count = masked_residual(pred, target)
    return masked_mean(residual.abs(), count)


@MODELS.register_module()
class MaskedL1Loss(MaskedLoss):
    """L1 loss of Kendall et al. (CVPR 2018) for instance vectors and inverse depth (section 3).

    Args:
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
    """

    loss_name = 'loss_l1'

    compute = staticmethod(masked_l1)
