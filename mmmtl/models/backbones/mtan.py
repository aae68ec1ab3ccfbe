"""MTAN's attention around any backbone with stages."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, ModuleList
from torch import Tensor, nn

from mmmtl.registry import MODELS

from .attention import TaskAttention, require_tasks
from .stages import channels_of, run, split_stages


@MODELS.register_module()
class MTAN(BaseModule):
    """A backbone whose stages are attended to by each task: the second form of MTAN.

    Source: Liu, Johns and Davison, `MTAN <https://arxiv.org/abs/1803.10704>`_ (CVPR 2019), in the
    form of the authors' ``resnet_mtan``. With u the input of a stage's last block and p its output,

    ``a_N = m_N ⊙ p_N``, ``m_N = h_N(g_N([u_N; f_{N-1}(a_{N-1})]))`` (``[u_1]`` in the first
    stage).

    g and h are 1×1 convolutions per task (a quarter of the channels between them); f is a residual
    bottleneck shared by the tasks that gives as many channels as u, and is followed by maxima down
    to u's size where that is smaller. Heads get the a_N of the backbone's ``out_indices``. Where a
    stage has one block, which may change the size, u is brought to the size of p by maxima; the
    authors' stages all have several.

    In a config that inherits another, one line::

        model = dict(backbone=dict(_delete_=True, type='mmmtl.MTAN',
                                   backbone=_base_.model.backbone))

    Args:
        backbone: config of a ResNet (or what mmseg derives from it), a MobileNetV2 or an
            ``EfficientNetLite``.
        tasks: names; the segmentor fills in those of its heads.
        reduction: channels of p over those between g and h, and of u over those within f.
        norm_cfg: of masks and f; by default that of the backbone.
        pretrained: of the backbone, where mmseg passes it on.
        init_cfg: initialisation; see mmengine.

    Raises:
        ValueError: a backbone that is not known.
    """

    features_per_task = True

    def __init__(self,
                 backbone: dict,
                 tasks: Sequence[str] | None = None,
                 reduction: int = 4,
                 norm_cfg: dict | None = None,
                 pretrained: str | None = None,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        self.tasks = require_tasks(tasks, 'MTAN')
        self.backbone = build_backbone(backbone, pretrained)
        self.out_indices = tuple(self.backbone.out_indices)
        norm_cfg = norm_cfg or getattr(self.backbone, 'norm_cfg', None) or dict(type='BN')
        channels = channels_of(self.backbone)
        entering = [u for u, _ in channels]
        self.attention = ModuleList(
            TaskAttention(self.tasks, u if stage == 0 else 2 * u, p, max(1, p // reduction),
                          norm_cfg)
            for stage, (u, p) in enumerate(channels))
        self.shared = ModuleList(
            Bottleneck(p, following, max(1, following // reduction), norm_cfg)
            for (_, p), following in zip(channels, entering[1:], strict=False))

    def forward(self, x: Tensor) -> dict[str, tuple[Tensor, ...]]:
        """(N, 3, H, W) images to the attended maps of each task, as many as the backbone gives."""
        parts = split_stages(self.backbone)
        x = parts.stem(x)
        attended: dict[str, list[Tensor]] = {task: [] for task in self.tasks}
        for number, stage in enumerate(parts.stages):
            before = run(stage[:-1], x)
            x = stage[-1](before)
            before = _maxima(before, x)
            for task, maps in attended.items():
                seen = before
                if number > 0:
                    seen = torch.cat([before, _maxima(self.shared[number - 1](maps[-1]), x)], 1)
                maps.append(self.attention[number](task, seen, x))
        return {task: tuple(maps[number] for number in parts.outputs)
                for task, maps in attended.items()}


def build_backbone(cfg: dict, pretrained: str | None = None) -> nn.Module:
    """Build the backbone within a wrapper, with what mmseg's segmentors pass to the outer one."""
    return MODELS.build({**cfg, 'pretrained': pretrained} if pretrained else cfg)


def _maxima(x: Tensor, like: Tensor) -> Tensor:
    """Maxima of ``x`` at the size of ``like``: of 2 × 2 pixels where that is half of it."""
    size = like.shape[-2:]
    return x if x.shape[-2:] == size else F.adaptive_max_pool2d(x, size)


class Bottleneck(nn.Module):
    """ResNet's bottleneck with a convolution on the way around; for any numbers of channels."""

    def __init__(self, in_channels: int, out_channels: int, hidden: int, norm_cfg: dict) -> None:
        super().__init__()
        self.through = nn.Sequential(
            ConvModule(in_channels, hidden, 1, norm_cfg=norm_cfg),
            ConvModule(hidden, hidden, 3, padding=1, norm_cfg=norm_cfg),
            ConvModule(hidden, out_channels, 1, norm_cfg=norm_cfg, act_cfg=None))
        self.around = ConvModule(in_channels, out_channels, 1, norm_cfg=norm_cfg, act_cfg=None)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) to (N, out, H, W)."""
        return F.relu(self.through(x) + self.around(x), inplace=True)
