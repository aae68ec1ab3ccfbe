"""Attention of tasks to shared features, and modules per task."""

from collections.abc import Callable, Sequence
from typing import Any

from mmengine.model import ModuleDict
from torch import Tensor, nn


class AttentionMask(nn.Sequential):
    """g and h of MTAN (Liu et al., CVPR 2019, equation 1): a value in (0, 1) for each element.

    1×1 convolution (with bias), batch normalisation, ReLU, the same again, sigmoid.

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


class TaskAttention(nn.ModuleDict):
    """The masks of all tasks over one shared map; by task.

    ``tools/analysis_tools/visualize_attention.py`` draws what passes through modules of this class.
    The tasks' convolutions are not grouped into one: that was measured to be slower on a CPU
    (``tools/benchmarks/mtan_step.py``).

    Args:
        tasks: names.
        in_channels, channels, hidden: of each :class:`AttentionMask`.
    """

    def __init__(self, tasks: Sequence[str], in_channels: int, channels: int,
                 hidden: int | None = None) -> None:
        super().__init__({task: AttentionMask(in_channels, channels, hidden) for task in tasks})

    def forward(self, task: str, seen: Tensor, shared: Tensor) -> Tensor:
        """The shared map as one task attends to it.

        Args:
            task: one of the tasks.
            seen: (N, in_channels, H, W), what the mask is made from.
            shared: (N, channels, H, W).
        """
        return self[task](seen) * shared


def per_task(tasks: Sequence[str], make: Callable[..., nn.Module], *args: Any) -> ModuleDict:
    """A module ``make(*args)`` for each task, by name; initialised by ``init_weights``."""
    return ModuleDict({task: make(*args) for task in tasks})
