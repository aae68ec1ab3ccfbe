"""What FAMO learns after the optimizer step."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

_EPSILON = 1e-8  # TorchJD's, which it adds before each logarithm


def update_famo(famo: nn.Module, losses: Tensor, present: Sequence[bool]) -> None:
    """Let TorchJD's FAMO move its logits by the losses of the same batch after the step.

    The logit of a task without labels gets no gradient and does not move: its loss is taken to
    have changed as the weighted mean of the others. Nothing moves if a loss is not finite, or
    less than its bound.

    Args:
        famo: the scalarizer, called on the losses before the step.
        losses: (T,) after the step.
        present: (T,) which of them are there.
    """
    if all(present):
        before, after = famo._prev_losses, losses
    else:
        here = torch.tensor(present, device=losses.device)
        before = famo.min_losses.to(losses.dtype) + 1.0
        before[here] = famo._prev_losses
        share = torch.softmax(famo._w.detach(), dim=0)[here]
        floor = famo.min_losses
        ratio = (before - floor) / (losses - floor)
        above = (before - floor + _EPSILON) / (losses - floor + _EPSILON)  # where a loss is zero
        usual = ratio.isfinite() & (ratio > 0)
        fell = torch.log(ratio.where(usual, above))[here]
        mean = (share * fell).sum() / share.sum()
        after = torch.where(here, losses, floor + torch.exp(-mean))
    valid = before.isfinite() & after.isfinite() & (after >= famo.min_losses)
    if not bool(valid.all()):
        return
    kept = famo._w.detach().clone()
    famo._prev_losses = before
    famo.requires_grad_(True)
    famo.update(after)
    famo.requires_grad_(False)
    if not all(present):
        with torch.no_grad():
            famo._w.copy_(torch.where(here, famo._w, kept))
