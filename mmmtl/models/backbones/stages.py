"""A backbone as stem and stages of blocks, for wrappers that work between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from mmseg.models.backbones import MobileNetV2, ResNet
from torch import Tensor, nn

from .efficientnet_lite import EfficientNetLite

Step = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Stages:
    """How a backbone computes its features.

    Attributes:
        stem: image to what enters the first stage.
        stages: blocks of each stage, in order, up to the last one that is an output.
        outputs: numbers of the stages whose last map the backbone returns.
    """

    stem: Step
    stages: Sequence[Sequence[Step]]
    outputs: tuple[int, ...]

    def __post_init__(self) -> None:
        if list(self.outputs) != sorted(self.outputs):
            raise ValueError(f'out_indices must be ascending, got stages {self.outputs}')
        object.__setattr__(self, 'stages', self.stages[:self.outputs[-1] + 1])


def split_stages(backbone: nn.Module) -> Stages:
    """Take a backbone apart; running stem and stages gives what the backbone gives.

    ResNet and what mmseg derives from it have four stages, EfficientNet-Lite those that end at
    strides 4, 8, 16 and 32, MobileNetV2 those that end with ``layer2``, ``layer3``, ``layer5`` and
    ``layer7`` (and with each layer of its ``out_indices``).

    Raises:
        ValueError: another backbone.
    """
    if isinstance(backbone, ResNet):
        return Stages(partial(_resnet_stem, backbone),
                      [list(getattr(backbone, name)) for name in backbone.res_layers],
                      tuple(backbone.out_indices))
    if isinstance(backbone, MobileNetV2):
        return _mobilenet_stages(backbone)
    if isinstance(backbone, EfficientNetLite):
        return Stages(backbone.stem,
                      [[partial(backbone.run_block, block) for block in blocks]
                       for blocks in backbone.levels()], backbone.out_indices)
    raise ValueError(
        f'{type(backbone).__name__} cannot be taken apart into stages. Known are ResNet and what '
        'mmseg derives from it, MobileNetV2 and EfficientNetLite; another family takes a few '
        'lines in mmmtl/models/backbones/stages.py')


def _resnet_stem(backbone: ResNet, x: Tensor) -> Tensor:
    if backbone.deep_stem:
        x = backbone.stem(x)
    else:
        x = backbone.relu(backbone.norm1(backbone.conv1(x)))
    return backbone.maxpool(x)


def _mobilenet_stages(backbone: MobileNetV2) -> Stages:
    last = len(backbone.layers) - 1
    ends = sorted({min(end, last) for end in (1, 2, 4, 6)} | set(backbone.out_indices))
    starts = [0, *(end + 1 for end in ends)]
    layers = [getattr(backbone, name) for name in backbone.layers]
    return Stages(backbone.conv1,
                  [[block for layer in layers[start:end + 1] for block in layer]
                   for start, end in zip(starts, ends, strict=False)],
                  tuple(ends.index(index) for index in backbone.out_indices))


def run(steps: Sequence[Step], x: Tensor) -> Tensor:
    """One step after the other."""
    for step in steps:
        x = step(x)
    return x


@torch.no_grad()
def channels_of(backbone: nn.Module, size: int = 64) -> list[tuple[int, int]]:
    """Channels of what enters the last block of each stage, and of what it gives.

    Found by a pass over an empty image; statistics of normalisation layers stay.

    Args:
        backbone: see :func:`split_stages`.
        size: of the image, pixels.
    """
    training = backbone.training
    backbone.eval()
    parts = split_stages(backbone)
    x = parts.stem(torch.zeros(1, 3, size, size))
    channels = []
    for stage in parts.stages:
        before = run(stage[:-1], x)
        x = stage[-1](before)
        channels.append((before.shape[1], x.shape[1]))
    backbone.train(training)
    return channels
