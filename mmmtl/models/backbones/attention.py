"""Attention of tasks to shared features, and modules per task."""

from collections.abc import Callable, Sequence
from typing import Any

from mmcv.cnn import build_norm_layer
from mmengine.model import ModuleDict
from torch import Tensor, nn


class AttentionMask(nn.Sequential):
    """g and h of MTAN (Liu et al., CVPR 2019, equation 1): a value in (0, 1) for each element.

    1×1 convolution (with bias), batch normalisation, ReLU, the same again, sigmoid.

    Args:
        in_channels: of the shared map together with what the task attended to before.
        channels: of the mask.
        hidden: between the convolutions; by default ``channels``.
        norm_cfg: normalisation layers; by default batch normalisation.
    """

    def __init__(self, in_channels: int, channels: int, hidden: int | None = None,
                 norm_cfg: dict | None = None) -> None:
        hidden = hidden or channels
        norm_cfg = norm_cfg or dict(type='BN')
        super().__init__(
            nn.Conv2d(in_channels, hidden, 1), build_norm_layer(norm_cfg, hidden)[1],
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, channels, 1), build_norm_layer(norm_cfg, channels)[1],
            nn.Sigmoid())


class TaskAttention(nn.ModuleDict):
    """The masks of all tasks over one shared map; by task.

    ``tools/analysis_tools/visualize_attention.py`` draws what passes through modules of this class.
    The tasks' convolutions are not grouped into one: that was measured to be slower on a CPU, and
    was not measured on a GPU (``tools/benchmarks/mtan_step.py``).

    Args:
        tasks: names.
        in_channels, channels, hidden, norm_cfg: of each :class:`AttentionMask`.
    """

    def __init__(self, tasks: Sequence[str], in_channels: int, channels: int,
                 hidden: int | None = None, norm_cfg: dict | None = None) -> None:
        super().__init__({task: AttentionMask(in_channels, channels, hidden, norm_cfg)
                          for task in tasks})

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


def require_tasks(tasks: Sequence[str] | None, name: str) -> tuple[str, ...]:
    """The names of the tasks, where something has parts per task.

    Raises:
        ValueError: there are none, with the remedy.
    """
    if not tasks:
        raise ValueError(f"{name}: tasks are missing. A model of type='mmmtl.MultiTaskSegmentor' "
                         'fills in the names of its heads, for its own backbone and neck; '
                         "elsewhere give tasks=['semantic', ...]")
    return tuple(tasks)
