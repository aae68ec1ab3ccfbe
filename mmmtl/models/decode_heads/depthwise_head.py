"""The head of light-weight RefineNet, a body for any task."""

from typing import Any

import torch.nn.functional as F
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from mmmtl.registry import MODELS


@MODELS.register_module()
class DepthwiseHead(BaseDecodeHead):
    """A weight for each channel, ReLU6, and a 3 x 3 convolution to the outputs.

    The task heads of Nekrasov et al. (ICRA 2019): nearly all of a task's own computation is its
    last layer. As ``decode_head`` it is semantic; in ``body`` of a task head, or left to be built
    like ``decode_head``, it serves any task.

    Args:
        in_channels: of the neck's map.
        **kwargs: see mmseg's ``BaseDecodeHead``. ``channels`` is that of the map and need not be
            given; there is no dropout unless ``dropout_ratio`` asks for it.
    """

    def __init__(self, in_channels: int, **kwargs: Any) -> None:
        channels = kwargs.pop('channels', in_channels)
        if channels != in_channels:
            raise ValueError(f'DepthwiseHead: channels={channels}, but in_channels={in_channels}; '
                             'it keeps the channels of its input. Leave channels out')
        kwargs.setdefault('dropout_ratio', 0)
        super().__init__(in_channels=in_channels, channels=channels, **kwargs)
        self.scale = nn.Conv2d(channels, channels, 1, groups=channels, bias=False)
        self.conv_seg = nn.Conv2d(channels, self.out_channels, 3, padding=1)

    def forward(self, inputs: Any) -> Tensor:
        """(N, outputs, h, w) at the resolution of the map that ``in_index`` selects."""
        return self.cls_seg(F.relu6(self.scale(self._transform_inputs(inputs))))
