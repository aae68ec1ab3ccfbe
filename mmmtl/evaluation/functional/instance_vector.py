"""Errors of instance vectors (centroid - pixel), in pixels, over instance pixels only."""

import math

import torch
from torch import Tensor

from . import fast_sums
from .reduction import select_valid

INSTANCE_VECTOR_SUMS = ('count', 'absolute', 'endpoint')


def instance_vector_sums(pred: Tensor, truth: Tensor) -> tuple[float, ...]:
    """Sums of one image for :func:`compute_instance_vector`.

    Args:
        pred: (2, H, W) vectors (x, y), pixels.
        truth: (2, H, W) vectors (x, y), pixels; NaN where there is no instance.

    Returns:
        The numbers named in ``INSTANCE_VECTOR_SUMS``: instance pixels, sum of |dx| + |dy|, sum
        of the length of (dx, dy).
    """
    if fast_sums.is_fast(pred, truth):
        return fast_sums.vector_sums(pred, truth)
    pred, truth = select_valid(pred, truth, torch.isfinite(truth).all(dim=0))
    error = pred - truth
    return (float(error.shape[1]), float(error.abs().sum()),
            float(torch.hypot(error[0], error[1]).sum()))


def compute_instance_vector(sums: tuple[float, ...]) -> dict[str, float]:
    """Mean absolute error by component and mean end-point error; NaN for no pixel.

    ``mae`` = sum(|dx| + |dy|) / (2 N): the mean over pixels *and* over both components.
    ``epe`` = sum(sqrt(dx² + dy²)) / N, the length of the error. Hence mae <= epe <= 2 mae.
    """
    count, absolute, endpoint = sums
    if count == 0:
        return {'mae': math.nan, 'epe': math.nan}
    return {'mae': absolute / (2 * count), 'epe': endpoint / count}
