"""MobileNetV2 as Nekrasov et al. publish it."""

from typing import Any

from mmcv.cnn import ConvModule
from mmseg.models.backbones import MobileNetV2
from torch import nn

from mmmtl.registry import MODELS


@MODELS.register_module()
class ExpandedMobileNetV2(MobileNetV2):
    """mmseg's MobileNetV2 whose first block keeps its expansion, with ratio 1.

    Sandler et al. (CVPR 2018) leave the 1 x 1 convolution out where it would not expand; the
    networks of Nekrasov et al. (ICRA 2019; repository DrSleep/multi-task-refinenet) have it: 32
    times 32 weights and a normalisation more. All options are those of mmseg's class.
    """

    def make_layer(self, out_channels: int, num_blocks: int, stride: int, dilation: int,
                   expand_ratio: int) -> nn.Sequential:
        """The blocks of a stage; see :class:`mmseg.models.MobileNetV2`."""
        channels = self.in_channels
        options: dict[str, Any] = dict(
            conv_cfg=self.conv_cfg, norm_cfg=self.norm_cfg, act_cfg=self.act_cfg)
        blocks = super().make_layer(out_channels, num_blocks, stride, dilation, expand_ratio)
        if expand_ratio == 1:
            blocks[0].conv.insert(0, ConvModule(channels, channels, 1, **options))
        return blocks
