"""What a balancing wrapper makes of the toy tasks' gradients, and these taken by hand."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD

from mmmtl.balancing import MultiTaskOptimWrapper

from .toy_tasks import ToyTasks

TASKS = ('a', 'b', 'c')


def keep_gradients(model: nn.Module, batches: Sequence[dict], wrap: type = MultiTaskOptimWrapper,
                   **options: Any) -> dict[str, Tensor | None]:
    """``.grad`` of each parameter at the optimizer's step.

    Args:
        model: with a ``train_step``.
        batches: of one update.
        wrap: class of the wrapper.
        options: of the wrapper.
    """
    optimizer = SGD(model.parameters(), lr=0.0)
    found: dict[str, Tensor | None] = {}
    optimizer.register_step_pre_hook(lambda *_: found.update(
        {name: p.grad for name, p in model.named_parameters()}))
    wrapper = wrap(optimizer, accumulative_counts=len(batches), **options)
    for batch in batches:
        model.train_step(batch, wrapper)
    return found


def by_hand(batches: Sequence[dict]) -> list[dict[str, Tensor | None]]:
    """Each toy task's gradient of the mean loss over batches, by parameter."""
    found = []
    for task in TASKS:
        model = ToyTasks().double()
        sum(model(**batch)[f'loss_{task}'] / len(batches) for batch in batches).backward()
        found.append({name: p.grad for name, p in model.named_parameters()})
    return found


def jacobian(rows: Sequence[dict[str, Tensor]], prefix: str = 'trunk') -> Tensor:
    """(T, P) gradients of the parameters whose names begin so."""
    return torch.stack([torch.cat([g.flatten() for name, g in row.items()
                                   if name.startswith(prefix)]) for row in rows])
