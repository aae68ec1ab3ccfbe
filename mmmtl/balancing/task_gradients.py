"""The gradient of one task's loss."""

from collections.abc import Sequence

import torch
from torch import Tensor


def gradients_of(loss: Tensor, inputs: Sequence[Tensor], retain_graph: bool,
                 reentrant: bool = False) -> list[Tensor | None]:
    """Gradients of a loss, of which nothing is stored in ``.grad`` and no hook of DDP hears.

    Args:
        loss: a scalar.
        inputs: for what; parameters or features.
        retain_graph: whether another task's backward pass follows.
        reentrant: whether the graph has reentrant checkpoints (mmseg's ``with_cp``), with which
            ``torch.autograd.grad`` does not work: then by way of ``.grad`` of the leaves.

    Returns:
        A gradient for each input; None where the loss does not reach it.
    """
    if not loss.requires_grad:
        return [None] * len(inputs)
    if not reentrant:
        return list(torch.autograd.grad(
            loss, inputs, retain_graph=retain_graph, allow_unused=True))
    kept = [parameter.grad for parameter in inputs]
    for parameter in inputs:
        parameter.grad = None
    loss.backward(retain_graph=retain_graph)
    found = [parameter.grad for parameter in inputs]
    for parameter, grad in zip(inputs, kept, strict=True):
        parameter.grad = grad
    return found


def fill_row(row: Tensor, gradients: Sequence[Tensor | None], sizes: Sequence[int],
             add: bool) -> None:
    """Write gradients one after the other into a row of the Jacobian.

    Args:
        row: (P,) view of the row.
        gradients: one per parameter, None for zero.
        sizes: numbers of each.
        add: to what is there (gradient accumulation) instead of over it.
    """
    if not add and all(g is not None and g.dtype == row.dtype for g in gradients):
        torch.cat([g.reshape(-1) for g in gradients], out=row)
        return
    if not add:
        row.zero_()
    for part, gradient in zip(row.split(list(sizes)), gradients, strict=True):
        if gradient is not None:
            part.add_(gradient.reshape(-1))
