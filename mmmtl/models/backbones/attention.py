"""The mask of a task over shared features, and modules per task."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import nn


class AttentionMask(nn.Sequential):
    """g and h of MTAN (Liu et al., CVPR 2019, equation 1): a value in (0, 1) for each element.

    1×1 convolution (with bias), batch normalisation, ReLU, the same again, sigmoid.
    ``tools/analysis_tools/visualize_attention.py`` draws what modules of this class give.

    Args:
        in_channels: of the shared map together with what the task attended to before.
        channels: of the mask.
        hidden: between the convolutions; by default ``channels``.
    """

    def __init__(self, in_channels: int, channels: int, hidden: int | None = None) -> None:
        hidden = hidden or channels
        super().__init__(
            nn.Conv2d(in_channels, hidden, 1), nn.BatchNorm2d(hidden), nn.ReLU(inplace=True),
            nn.Conv2d(hidden, channels, 1), nn.BatchNorm2d(channels), nn.Sigmoid())


def per_task(tasks: Sequence[str], make: Callable[..., nn.Module], *args: Any) -> nn.ModuleDict:
    """A module ``make(*args)`` for each task, by name."""
    return nn.ModuleDict({task: make(*args) for task in tasks})
