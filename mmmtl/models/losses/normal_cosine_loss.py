"""Cosine loss of directions over measured pixels."""

import torch
from torch import Tensor

from mmmtl.registry import MODELS
from mmmtl.utils.precision import at_least_single

from .masked_loss import MaskedLoss

# Vectors shorter than this are taken as they are: the gradient of the direction of a vector grows
# with 1 / length, and is not defined at 0.
_SHORTEST = 1e-4


def normal_cosine(pred: Tensor, target: Tensor) -> Tensor:
    """1 - mean over measured pixels of the cosine between prediction and target.

    Args:
        pred: (N, C, H, W) vectors of any length; only their direction counts.
        target: (N, C, H, W) unit vectors, NaN in any component where nothing was measured.

    Returns:
        A scalar from 0 (same directions) to 2; 0 with zero gradients if nothing was measured.

    Raises:
        ValueError: if the shapes differ.
    """
    if pred.shape != target.shape:
        raise ValueError(
            f'prediction {tuple(pred.shape)} and target {tuple(target.shape)} differ in shape')
    measured = _measured(target)
    pred = at_least_single(pred)
    # where() instead of products: 0 * NaN and 0 * infinity would put NaN into loss and gradient.
    pred = pred.where(measured, torch.zeros_like(pred))
    target = target.to(pred.dtype).where(measured, torch.zeros_like(pred))
    length = torch.linalg.vector_norm(pred, dim=1, keepdim=True).clamp(min=_SHORTEST)
    cosines = (pred / length * target).sum(1, keepdim=True)
    count = measured.sum()
    return (count - cosines.sum()) / count.clamp(min=1)


def _measured(target: Tensor) -> Tensor:
    """(N, 1, H, W) whether all components are known."""
    return torch.isfinite(target).all(dim=1, keepdim=True)


@MODELS.register_module()
class NormalCosineLoss(MaskedLoss):
    """The loss of surface normals of Liu et al. (CVPR 2019).

    Equation 6 of the paper is minus the mean of the inner products of unit vectors over the
    measured pixels; the authors' code adds 1, as here, so that the best value is 0 and weightings
    that compare losses (DWA, uncertainty) see a positive number. Their networks return unit
    vectors; here the loss makes them so, after resizing.

    Args:
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
    """

    loss_name = 'loss_cosine'

    @staticmethod
    def count(target: Tensor) -> Tensor:
        """The measured pixels, which the loss is a mean over."""
        return _measured(target).sum()

    compute = staticmethod(normal_cosine)
