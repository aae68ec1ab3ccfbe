"""MTAN on a wide residual network, for tasks on data sets of their own."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmmtl.registry import MODELS

from ..segmentors.lazy_features import LazyFeatures
from .attention import TaskAttention, require_tasks
from .task_batch_norm import TaskBatchNorm2d, choose_task
from .wide_resnet import WideResNet


@MODELS.register_module()
class MTANWideResNet(BaseModule):
    """Liu, Johns, Davison (CVPR 2019), section 4.3: a wide network, and attention of each task.

    With ``u_0`` to ``u_3`` the maps of :class:`WideResNet` (stem and groups)::

        a_0 = g_0(u_0),  a_j = g_j([u_j ; p_(j-1)])        masks, 0 to 1, of the task
        p_j = pool(f_j(a_j * u_j)),  p_3 = f_3(a_3 * u_3)  the head gets p_3

    ``g_j`` (1×1 convolution, norm, ReLU, 1×1 convolution, norm, sigmoid) belongs to the task,
    ``f_j`` (3×3 convolution to the next group's channels, norm, ReLU; then 2×2 maximum) and the
    trunk to all: that is what the authors' ``model_wrn_mtan.py`` computes. Parameters with the
    default width: trunk 5,850,528, all ``f`` 969,792, and 261,344 of each task besides its head.

    Other than the authors':

    - ``statistics='per_task'``: normalisation layers that tasks share keep the running statistics
      of each task's images apart (:class:`TaskBatchNorm2d`). The authors' keep one running mean,
      and train a further epoch on each data set (validation images too) right before they test on
      it, which has a similar effect. ``'shared'`` is theirs without that epoch.
    - Odd sizes: maps are pooled with ``ceil``, as strided convolutions round, where the authors'
      72 × 72 never needed it. The head pools the whole last map, the authors' training an 8 × 8
      window of 9 × 9.

    The features are :class:`LazyFeatures`: a batch labelled for one task runs the trunk and this
    task's attention. With statistics per task, the trunk runs once for each task asked for.

    Args:
        tasks: names of the tasks; :class:`MultiTaskSegmentor` fills them in.
        depth: see :class:`WideResNet`.
        widen_factor: see :class:`WideResNet`.
        statistics: 'per_task' or 'shared'.
        init_cfg: see :class:`mmengine.model.BaseModule`.

    Raises:
        ValueError: without tasks, or for other ``statistics``.
    """

    #: the segmentor completes ``tasks``
    features_per_task = True
    out_indices = (0, )

    def __init__(self,
                 tasks: Sequence[str] | None = None,
                 depth: int = 28,
                 widen_factor: int = 4,
                 statistics: str = 'per_task',
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        self.tasks = list(require_tasks(tasks, 'MTANWideResNet'))
        if statistics not in ('per_task', 'shared'):
            raise ValueError("MTANWideResNet: statistics must be 'per_task' or 'shared', got "
                             f'{statistics!r}')
        self.statistics = statistics
        norm = nn.BatchNorm2d
        if statistics == 'per_task':
            norm = partial(TaskBatchNorm2d, num_tasks=len(self.tasks))
        self.trunk = WideResNet(depth, widen_factor, out_indices=(0, 1, 2, 3), norm=norm)
        widths = self.trunk.out_channels
        after = [*widths[1:], widths[3]]
        self.shared_attention = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, out, 3, padding=1), norm(out), nn.ReLU(inplace=True))
            for width, out in zip(widths, after, strict=True))
        self.attention = nn.ModuleList(
            TaskAttention(self.tasks, width if j == 0 else 2 * width, width)
            for j, width in enumerate(widths))
        self.out_channels = (widths[3], )
        self._task_norms = [m for m in self.modules() if isinstance(m, TaskBatchNorm2d)]

    def forward(self, x: Tensor) -> LazyFeatures:
        """Features of each task, ``((N, 64 k, H/8, W/8), )``, from (N, 3, H, W)."""
        if self.statistics == 'per_task':
            def compute(task: str) -> tuple[Tensor, ...]:
                choose_task(self._task_norms, self.tasks.index(task))
                return self._attend(self.trunk(x), task)
        else:
            maps: list[Any] = []

            def compute(task: str) -> tuple[Tensor, ...]:
                if not maps:
                    maps.extend(self.trunk(x))
                return self._attend(maps, task)

        return LazyFeatures(self.tasks, compute, self._own_parameters, self._shared_parameters())

    def _attend(self, maps: Sequence[Tensor], task: str) -> tuple[Tensor, ...]:
        before = None
        for j, (features, attention, shared) in enumerate(
                zip(maps, self.attention, self.shared_attention, strict=True)):
            seen = features if before is None else torch.cat([features, before], 1)
            before = shared(attention(task, seen, features))
            if j < 3:
                before = F.max_pool2d(before, 2, ceil_mode=True)
        return (before, )

    def _own_parameters(self, task: str) -> Iterator[nn.Parameter]:
        for attention in self.attention:
            yield from attention[task].parameters()

    def _shared_parameters(self) -> Iterator[nn.Parameter]:
        yield from self.trunk.parameters()
        yield from self.shared_attention.parameters()
