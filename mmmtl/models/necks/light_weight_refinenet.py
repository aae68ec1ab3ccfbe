"""The decoder of light-weight RefineNet."""

from collections.abc import Sequence

import torch.nn.functional as F
from mmengine.model import BaseModule, ModuleList
from mmseg.models.utils import resize
from torch import Tensor, nn

from mmmtl.registry import MODELS


class ChainedResidualPooling(nn.Module):
    """Sum of a map and of what chained poolings and 1 x 1 convolutions make of it.

    Nekrasov et al. (BMVC 2018, figure 2c): ``x + t_1 + ... + t_n`` with ``t_0 = x`` and
    ``t_i = conv_i(maxpool_5x5(t_{i-1}))``, stride 1, without activation or bias.

    Args:
        channels: of the map, in and out.
        stages: poolings in the chain.
        depthwise: whether each convolution scales its channel only (ICRA 2019, the finest level).
    """

    def __init__(self, channels: int, stages: int = 4, depthwise: bool = False) -> None:
        super().__init__()
        groups = channels if depthwise else 1
        self.convs = nn.ModuleList(
            nn.Conv2d(channels, channels, 1, groups=groups, bias=False) for _ in range(stages))

    def forward(self, x: Tensor) -> Tensor:
        """A map of the shape of ``x``, (N, channels, h, w)."""
        top = x
        for conv in self.convs:
            top = conv(F.max_pool2d(top, 5, stride=1, padding=2))
            x = x + top
        return x


@MODELS.register_module()
class LightWeightRefineNet(BaseModule):
    """From a backbone's maps to one, by chained residual pooling from coarse to fine.

    Nekrasov, Shen, Reid, "Light-Weight RefineNet", BMVC 2018; with a depthwise last level as in
    Nekrasov et al., "Real-Time Joint Semantic Segmentation and Depth Estimation Using Asymmetric
    Annotations", ICRA 2019. At each level the backbone's maps, brought to ``channels`` by 1 x 1
    convolutions without bias, are added to the upsampled map of the level below; then ReLU6,
    pooling and, but for the finest level, a 1 x 1 convolution. Upsampling is bilinear with
    ``align_corners=False``, as in the published networks (the authors' library has True). There is
    no normalisation. Any sizes go together: the coarser map is brought to the finer one's.

    Args:
        in_channels: channels of the backbone's maps, fine to coarse.
        maps_per_level: how many of them each level adds up, fine to coarse, all of one size;
            ``None``: one. The published network over MobileNetV2 has ``(1, 1, 2, 2)``.
        channels: of the decoder.
        stages: poolings in each chain.
        init_cfg: initialisation; see mmengine. The authors draw all weights from N(0, 0.01²).

    Raises:
        ValueError: levels and maps do not add up.
    """

    def __init__(self,
                 in_channels: Sequence[int],
                 maps_per_level: Sequence[int] | None = None,
                 channels: int = 256,
                 stages: int = 4,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        self.maps_per_level = tuple(maps_per_level or (1, ) * len(in_channels))
        if sum(self.maps_per_level) != len(in_channels) or min(self.maps_per_level) < 1:
            raise ValueError(
                f'LightWeightRefineNet: maps_per_level={self.maps_per_level} are '
                f'{sum(self.maps_per_level)} maps, in_channels={tuple(in_channels)} '
                f'{len(in_channels)}; each level needs at least one')
        self.num_outs = 1
        self.laterals = ModuleList(nn.Conv2d(c, channels, 1, bias=False) for c in in_channels)
        levels = len(self.maps_per_level)
        self.pools = ModuleList(
            ChainedResidualPooling(channels, stages, depthwise=level == 0)
            for level in range(levels))
        self.adapts = ModuleList(
            nn.Conv2d(channels, channels, 1, bias=False) for _ in range(levels - 1))

    def forward(self, inputs: Sequence[Tensor]) -> tuple[Tensor]:
        """One (N, channels, h, w) map at the resolution of ``inputs[0]``.

        Raises:
            ValueError: the maps of a level differ in size, or their number is another.
        """
        if len(inputs) != len(self.laterals):
            raise ValueError(f'LightWeightRefineNet: in_channels has {len(self.laterals)} maps, '
                             f'the backbone gives {len(inputs)}; set its out_indices')
        maps = [lateral(x) for lateral, x in zip(self.laterals, inputs, strict=True)]
        out: Tensor | None = None
        for level in reversed(range(len(self.maps_per_level))):
            total = self._add([maps.pop() for _ in range(self.maps_per_level[level])], level)
            if out is not None:
                total = total + resize(self.adapts[level](out), size=total.shape[2:],
                                       mode='bilinear', align_corners=False, warning=False)
            out = self.pools[level](F.relu6(total))
        return (out, )

    def _add(self, maps: Sequence[Tensor], level: int) -> Tensor:
        sizes = {tuple(map(int, one.shape[2:])) for one in maps}  # tensors while traced
        if len(sizes) > 1:
            raise ValueError(f'LightWeightRefineNet: maps_per_level={self.maps_per_level} adds '
                             f'maps of the sizes {sorted(sizes)} up at level {level}; maps of one '
                             'level have one size')
        return sum(maps[1:], maps[0])
