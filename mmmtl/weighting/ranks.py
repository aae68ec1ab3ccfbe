"""Task losses averaged over ranks: what a weighting's state may move by."""

from collections.abc import Iterable, Mapping

import torch
from mmengine.dist import all_reduce, is_distributed
from torch import Tensor


def mean_over_ranks(losses: Mapping[str, Tensor], tasks: Iterable[str],
                    like: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of each task's loss over the ranks that have it; the same on all ranks.

    A collective: every rank calls it at every step, with whatever losses it has.

    Args:
        losses: scalars of any floating type, by task.
        tasks: names of all T tasks.
        like: a tensor of the type and on the device to compute with, the weighting's own: single
            precision, or double for a weighting that was made so (``weighting.double()``).

    Returns:
        (T,) detached means, 0 where there is none, and (T,) whether any rank has the loss.
    """
    zero = torch.zeros((), dtype=like.dtype, device=like.device)
    one = zero + 1
    packed = torch.stack([
        *(losses[t].detach().to(like) if t in losses else zero for t in tasks),
        *(one if t in losses else zero for t in tasks)])
    if is_distributed():
        all_reduce(packed, op='sum')
    total, count = packed.chunk(2)
    return total / count.clamp(min=1), count > 0
