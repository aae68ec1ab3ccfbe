"""Wide residual networks."""

from collections.abc import Callable, Sequence
from functools import partial

import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmmtl.registry import MODELS


@MODELS.register_module()
class WideResNet(BaseModule):
    """WRN-d-k of Zagoruyko and Komodakis (BMVC 2016), by default as MTAN's authors use it.

    A 3×3 stem of 16 channels, three groups of ``n = (d - 4) / 6`` pre-activation blocks with 16k,
    32k and 64k channels, batch normalisation and ReLU at the end. A block computes
    ``x + conv(relu(bn(conv(relu(bn(x))))))`` with 3×3 convolutions; where the shape changes, ``x``
    goes through a 1×1 convolution.

    As in the authors' code for the Visual Decathlon (``model_wrn_mtan.py``), other than in the
    paper of wide networks: convolutions have biases, also the first group has stride 2, the stride
    is in the second convolution of a block, and the shortcut starts from ``x`` before its
    activation. ``strides=(1, 2, 2)`` gives the paper's resolutions. Other than in their code, the
    last normalisation has torch's momentum instead of 0.9, with which the running statistics are
    those of the last batch or two.

    Args:
        depth: d, 6 n + 4.
        widen_factor: k.
        strides: of the three groups.
        out_indices: which maps to return: 0 the stem, 1 to 3 the groups; 3 after the last
            normalisation, 1 and 2 before any. Channels are in :attr:`out_channels`.
        norm: makes a normalisation layer of so many channels, ``nn.BatchNorm2d`` by default.
        init_cfg: see :class:`mmengine.model.BaseModule`; torch's initialisation by default, as the
            authors'.

    Raises:
        ValueError: for a depth that is not 6 n + 4, n > 0, or other indices.
    """

    def __init__(self,
                 depth: int = 28,
                 widen_factor: int = 4,
                 strides: Sequence[int] = (2, 2, 2),
                 out_indices: Sequence[int] = (3, ),
                 norm: Callable[[int], nn.Module] | None = None,
                 init_cfg: dict | list[dict] | None = None) -> None:
        super().__init__(init_cfg)
        if depth < 10 or (depth - 4) % 6:
            raise ValueError(f'WideResNet: depth must be 6 n + 4 (10, 16, 22, 28, …), got {depth}')
        if len(strides) != 3:
            raise ValueError(f'WideResNet: strides are of three groups, got {tuple(strides)}')
        if not set(out_indices) <= {0, 1, 2, 3} or not out_indices:
            raise ValueError('WideResNet: out_indices must be some of 0 (stem) and 1 to 3 '
                             f'(groups), got {tuple(out_indices)}')
        norm = norm or nn.BatchNorm2d
        self.out_indices = tuple(out_indices)
        widths = [16, 16 * widen_factor, 32 * widen_factor, 64 * widen_factor]
        self.out_channels = tuple(widths[i] for i in self.out_indices)
        self.conv1 = nn.Conv2d(3, widths[0], 3, padding=1)
        for group in (1, 2, 3):
            blocks = [WideBlock(widths[group - 1], widths[group], strides[group - 1], norm)]
            blocks += [WideBlock(widths[group], widths[group], 1, norm)
                       for _ in range((depth - 4) // 6 - 1)]
            self.add_module(f'layer{group}', nn.Sequential(*blocks))
        self.bn1 = norm(widths[3])

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Features of ``out_indices`` from (N, 3, H, W)."""
        maps = [self.conv1(x)]
        for group in (self.layer1, self.layer2, self.layer3):
            maps.append(group(maps[-1]))
        maps[3] = F.relu(self.bn1(maps[3]))
        return tuple(maps[i] for i in self.out_indices)


class WideBlock(nn.Module):
    """Two pre-activated 3×3 convolutions beside a shortcut; (N, in, h, w) → (N, out, h/s, w/s)."""

    def __init__(self, in_channels: int, channels: int, stride: int,
                 norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        conv = partial(nn.Conv2d, kernel_size=3, padding=1)
        self.bn1 = norm(in_channels)
        self.conv1 = conv(in_channels, channels)
        self.bn2 = norm(channels)
        self.conv2 = conv(channels, channels, stride=stride)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != channels:
            self.shortcut.append(nn.Conv2d(in_channels, channels, 1, stride=stride))

    def forward(self, x: Tensor) -> Tensor:
        """The sum of both ways."""
        out = self.conv1(F.relu(self.bn1(x)))
        return self.conv2(F.relu(self.bn2(out))) + self.shortcut(x)
