"""Masked means: one place where pixels without a measurement leave a loss."""

import torch
from torch import Tensor

from mmmtl.utils.precision import at_least_single


def masked_residual(pred: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Residual of the measured values, and how many there are.

    Targets are NaN where nothing was measured. The residual there is an exact zero that stays
    connected to the prediction, so that a batch without any measurement has a loss of 0 and
    gradients of 0 (not None, at which DistributedDataParallel stops).

    Args:
        pred: predictions of any shape, in any float type; computed in float32 at least.
        target: targets of the same shape.

    Returns:
        ``(residual, count)``: prediction - target of ``pred``'s shape, and the number of
        measured values as a scalar tensor.
    """
    if pred.shape != target.shape:
        raise ValueError(
            f'prediction {tuple(pred.shape)} and target {tuple(target.shape)} differ in shape')
    measured = torch.isfinite(target)
    pred = at_least_single(pred)
    # where() instead of products: 0 * NaN and 0 * infinity would put NaN into loss and gradient.
    residual = pred - target.to(pred.dtype).where(measured, torch.zeros_like(pred))
    return residual.where(measured, torch.zeros_like(pred)), measured.sum()


def masked_mean(values: Tensor, count: Tensor) -> Tensor:
    """Sum of ``values`` over ``count``, and 0 when nothing was measured."""
    return values.sum() / count.clamp(min=1)


def count_measured(target: Tensor) -> Tensor:
    """The scalar that :func:`masked_mean` divides by: values of a target that are finite."""
    return torch.isfinite(target).sum()
