"""DeepLabV3's pyramid of dilated convolutions, shared by all decoders."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule
from mmseg.models.decode_heads.aspp_head import ASPPModule
from mmseg.models.utils import resize
from torch import Tensor, nn

from mmmtl.registry import MODELS


@MODELS.register_module()
class ASPPNeck(BaseModule):
    """Atrous spatial pyramid pooling (Chen et al. 2017) as the end of a shared encoder.

    mmseg has it inside ``ASPPHead``, one per head; Kendall et al. (CVPR 2018) put it before
    their three decoders. Reads the last feature map and gives one.

    Args:
        in_channels: channels of the backbone's last map.
        channels: channels of each branch and of the output.
        dilations: of the parallel convolutions; 1 is a 1×1 convolution.
        norm_cfg: normalisation layers.
        dropout: probability, for each number of the output by itself (torchvision's and MTAN's
            decoders have 0.5).
        init_cfg: initialisation; see mmengine.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 256,
                 dilations: Sequence[int] = (1, 12, 24, 36),
                 norm_cfg: dict | None = None,
                 dropout: float = 0.0,
                 init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        options = dict(
            conv_cfg=None, norm_cfg=norm_cfg or dict(type='BN'), act_cfg=dict(type='ReLU'))
        self.num_outs = 1
        self.image_pool = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), ConvModule(in_channels, channels, 1, **options))
        self.branches = ASPPModule(tuple(dilations), in_channels, channels, **options)
        self.fuse = ConvModule((len(dilations) + 1) * channels, channels, 1, **options)
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: Sequence[Tensor]) -> tuple[Tensor]:
        """One (N, channels, h, w) map at the resolution of ``inputs[-1]``."""
        x = inputs[-1]
        pooled = resize(
            self.image_pool(x), size=x.shape[2:], mode='bilinear', align_corners=False)
        return (self.dropout(self.fuse(torch.cat([pooled, *self.branches(x)], dim=1))), )
