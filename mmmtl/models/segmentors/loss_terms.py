"""What the heads of MMSegmentation return as losses, by what becomes of it."""

from typing import Any

from torch import Tensor


def split_losses(losses: dict[str, Any]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Terms of a task's loss as scalars, and what mmseg logs beside them."""
    parts = {key: sum(v.mean() for v in value) if isinstance(value, list | tuple) else value.mean()
             for key, value in losses.items() if 'loss' in key}
    return parts, {key: value for key, value in losses.items() if key not in parts}


def without_loss(part: str) -> str:
    """A log key that mmengine does not add to the loss."""
    return part.replace('loss_', '').replace('loss', '')
