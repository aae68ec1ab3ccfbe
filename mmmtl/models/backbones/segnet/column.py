"""What all SegNet networks of MTAN are made of: units, levels, pooling that remembers its places.

A network has five levels at strides 1, 2, 4, 8 and 16, numbered 0 to 4 in the encoder and in the
decoder (which runs from 4 down to 0). A level is a sequence of units, a unit a convolution with
normalisation and ReLU.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

WIDTHS = (64, 128, 256, 512, 512)
UNITS = (2, 2, 3, 3, 3)
"""Channels and units of each level: the convolutions of VGG-16."""
DEEPEST_STRIDE = 32


def unit(in_channels: int, out_channels: int, depth: int = 1) -> nn.Sequential:
    """3×3 convolution (with bias), batch normalisation, ReLU; ``depth`` times."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1),
                   nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True)]
        in_channels = out_channels
    return nn.Sequential(*layers)


def level(in_channels: int, out_channels: int, units: int, depth: int = 1) -> nn.Sequential:
    """Units of one level; the first one changes the number of channels."""
    return nn.Sequential(unit(in_channels, out_channels, depth),
                         *(unit(out_channels, out_channels, depth) for _ in range(units - 1)))


def make_encoder(widths: Sequence[int] = WIDTHS, depth: int = 1, inflow: int = 1) -> nn.ModuleList:
    """Levels of an encoder, image first.

    Args:
        widths: channels of each level.
        depth: convolutions a unit.
        inflow: how many maps of the level above are read, concatenated (2 in a dense network).
    """
    inputs = (3, *(inflow * width for width in widths))
    return nn.ModuleList(level(*channels, depth)
                         for channels in zip(inputs, widths, UNITS, strict=False))


def make_decoder(widths: Sequence[int] = WIDTHS, depth: int = 1, inflow: int = 1) -> nn.ModuleList:
    """Levels of a decoder, by number; level k gives as many channels as encoder level k - 1."""
    outputs = (widths[0], *widths[:-1])
    return nn.ModuleList(level(inflow * width, output, units, depth)
                         for width, output, units in zip(widths, outputs, UNITS, strict=True))


class Places(NamedTuple):
    """Where the maxima of a pooling were, and the size (height, width) of what was pooled."""

    indices: Tensor
    size: tuple[int, int]


def pool(x: Tensor) -> tuple[Tensor, Places]:
    """2×2 maxima of (N, C, H, W), and their places."""
    pooled, indices = F.max_pool2d(x, 2, return_indices=True)
    return pooled, Places(indices, tuple(x.shape[-2:]))


def unpool(x: Tensor, places: Places) -> Tensor:
    """Values back at the places of the maxima, zeros elsewhere; also to odd sizes."""
    return F.max_unpool2d(x, places.indices, 2, output_size=places.size)


class SegNetBase(BaseModule):
    """Common to the networks: features at the image's resolution, from images of 32 pixels or more.

    Args:
        init_cfg: initialisation; by default that of the authors' class.
        distribution: of the default, Xavier's 'normal' or 'uniform' (biases 0).
    """

    out_indices = (0, )  # one feature map

    def __init__(self, init_cfg: dict | list[dict] | None, distribution: str = 'normal') -> None:
        super().__init__(init_cfg or dict(
            type='Xavier', layer='Conv2d', distribution=distribution))

    @staticmethod
    def check_size(x: Tensor) -> None:
        """Refuse images that the fifth pooling leaves nothing of.

        Raises:
            ValueError: naming the size.
        """
        if min(x.shape[-2:]) < DEEPEST_STRIDE:
            raise ValueError(f'SegNet pools five times and needs images of {DEEPEST_STRIDE} × '
                             f'{DEEPEST_STRIDE} pixels or more, got {tuple(x.shape[-2:])}')
