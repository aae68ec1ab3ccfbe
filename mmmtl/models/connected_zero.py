"""A zero that autograd connects to tensors, at no cost in the forward pass."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


class _Zero(torch.autograd.Function):

    @staticmethod
    def forward(ctx: Any, *tensors: Tensor) -> Tensor:
        ctx.like = [(t.shape, t.dtype, t.device) for t in tensors]
        return torch.zeros((), device=tensors[0].device)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        return tuple(
            torch.zeros(shape, dtype=dtype, device=device) if needed else None
            for (shape, dtype, device), needed in zip(
                ctx.like, ctx.needs_input_grad, strict=True))


def connected_zero(tensors: Iterable[Tensor]) -> Tensor:
    """A scalar zero whose gradient by every one of the tensors is zero.

    Parameters of a task that no frame of a step is labelled for, or behind an output that no loss
    looks at, need a gradient all the same, or DistributedDataParallel would wait for it, and a
    gradient balancer would not know that the task reaches them. Values are not looked at, so
    infinities do no harm.

    Args:
        tensors: parameters and others; those that need no gradient are left out.

    Raises:
        ValueError: if there are none at all.
    """
    tensors = list(tensors)
    if not tensors:
        raise ValueError('connected_zero needs at least one tensor')
    wanted = [tensor for tensor in tensors if tensor.requires_grad]
    return _Zero.apply(*wanted) if wanted else torch.zeros((), device=tensors[0].device)
