"""Binary cross-entropy of rare positives, balanced by their share in each frame."""

import torch
import torch.nn.functional as F
from torch import Tensor

from mmmtl.registry import MODELS
from mmmtl.utils.precision import at_least_single

from .masked_loss import MaskedLoss
from .masking import masked_mean


def balanced_bce(logits: Tensor, target: Tensor) -> Tensor:
    """Class-balanced cross-entropy of HED (Xie & Tu, ICCV 2015, eq. 2), over the known pixels.

    With β = |Y₋| / |Y|, the share of negatives among the known pixels of a frame, a positive
    weighs β and a negative 1 − β, so that both classes weigh the same in every frame. The paper
    adds the terms of a frame up; here they are divided by the known pixels of the batch, so that
    the loss does not depend on the size of the image. It is small where positives are rare,
    2 β (1 − β) ln 2 = 0.03 for an undecided network and 2 % of positives, so that fixed weights
    between tasks want to be large. A frame of one class has a loss of 0.

    Args:
        logits: (N, 1, H, W).
        target: (N, 1, H, W), above 0.5 = positive, NaN = unknown.

    Returns:
        A scalar; 0 with zero gradients if nothing is known.
    """
    if logits.shape != target.shape:
        raise ValueError(
            f'logits {tuple(logits.shape)} and target {tuple(target.shape)} differ in shape')
    known = torch.isfinite(target)
    logits = at_least_single(logits)
    logits = logits.where(known, torch.zeros_like(logits))  # 0 * NaN would be NaN
    positive = target > 0.5
    counts = known.sum(dim=(1, 2, 3), keepdim=True)
    share = (known & ~positive).sum(dim=(1, 2, 3), keepdim=True).to(logits) / counts.clamp(min=1)
    weights = torch.where(positive, share, 1 - share) * known
    terms = F.binary_cross_entropy_with_logits(
        logits, positive.to(logits), weight=weights, reduction='none')
    return masked_mean(terms, counts.sum())


@MODELS.register_module()
class BalancedBCELoss(MaskedLoss):
    """Class-balanced cross-entropy of HED for boundaries: see :func:`balanced_bce`.

    Args:
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
    """

    loss_name = 'loss_bce'

    compute = staticmethod(balanced_bce)
