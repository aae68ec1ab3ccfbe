"""Learned exponents that stay finite, whatever a loss does."""

from typing import Any

import torch
from torch import Tensor

#: largest exponent of a learned weight: e^20 is 4.9e8, the weight of a loss of 2e-9
LARGEST_EXPONENT = 20.0


class _Bounded(torch.autograd.Function):

    @staticmethod
    def forward(ctx: Any, values: Tensor, low: float, high: float) -> Tensor:
        bounded = values.clamp(low, high)
        ctx.save_for_backward(values < low, values > high)
        return bounded

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        below, above = ctx.saved_tensors
        outwards = (below & (grad > 0)) | (above & (grad < 0))
        return grad.masked_fill(outwards, 0.0), None, None


def bounded(values: Tensor, low: float = -torch.inf, high: float = torch.inf) -> Tensor:
    """``values`` clamped to a closed range, which descent may enter but not leave.

    Within the range values and gradients are untouched. Beyond it the gradient stays where a step
    against it leads back into the range, and is zero where it would lead further out: a plain
    clamp would hold a parameter there for ever.

    Args:
        values: parameters.
        low: smallest value.
        high: largest value.
    """
    return _Bounded.apply(values, low, high)
