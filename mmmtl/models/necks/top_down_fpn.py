"""A feature pyramid that ends in one map."""

from collections.abc import Sequence

from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, ModuleList
from mmseg.models.utils import resize
from torch import Tensor, nn

from mmmtl.registry import MODELS


@MODELS.register_module()
class TopDownFPN(BaseModule):
    """Feature pyramid (Lin et al., CVPR 2017) that gives its finest map only.

    Differences from the paper and from mmseg's ``FPN``: bilinear upsampling, normalisation and
    ReLU behind each convolution, global context added to the coarsest map, and one smoothing
    convolution per merge on the way down instead of one per output. No parameter is unused, so
    that distributed training need not search for unused ones.

    Args:
        in_channels: channels of the backbone's maps, fine to coarse.
        channels: channels of the pyramid.
        norm_cfg: normalisation layers.
        init_cfg: initialisation; see mmengine.
    """

    def __init__(self,
                 in_channels: Sequence[int],
                 channels: int = 64,
                 norm_cfg: dict | None = None,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        norm_cfg = norm_cfg or dict(type='BN', requires_grad=True)
        self.num_outs = 1
        self.laterals = ModuleList(
            ConvModule(c, channels, 1, norm_cfg=norm_cfg) for c in in_channels)
        self.context = nn.Conv2d(channels, channels, 1)
        self.smooth = ModuleList(
            ConvModule(channels, channels, 3, padding=1, norm_cfg=norm_cfg)
            for _ in in_channels[1:])

    def forward(self, inputs: Sequence[Tensor]) -> tuple[Tensor]:
        """One (N, channels, h, w) map at the resolution of ``inputs[0]``."""
        maps = [lateral(x) for lateral, x in zip(self.laterals, inputs, strict=True)]
        out = maps[-1] + self.context(maps[-1].mean((2, 3), keepdim=True))
        for smooth, fine in zip(self.smooth, reversed(maps[:-1]), strict=True):
            out = smooth(fine + resize(
                out, size=fine.shape[2:], mode='bilinear', align_corners=False, warning=False))
        return (out, )
