"""What the authors' ``resnet_mtan`` computes, from a state dict with their names.

Written from a description of the class, layer by layer, without any of our modules; see
:mod:`authors_mtan`. ResNet-50 as torchvision has it, dilated to stride 8.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from authors_mtan import CLASSES, Layers

State = Mapping[str, Tensor]
_OUTPUTS = (CLASSES, 1, 3)
_BLOCKS = (3, 4, 6, 3)
_WIDTHS = (64, 128, 256, 512)  # within the bottlenecks, which give four times as many
_RATES = (12, 24, 36)
#: of a stage's first block and of the others: the first still has the stage before's
_DILATIONS = ((1, 1), (1, 1), (1, 2), (2, 4))


# -- layers of the published names and shapes ---------------------------------------------------
def make_resnet_state(seed: int = 0) -> dict[str, Tensor]:
    """A random state dict with the names and shapes of the authors' class, in float64."""
    layers = Layers(seed)
    _conv_norm(layers, 'shared_conv.0', 'shared_conv.1', 3, 64, 7)
    for n, (blocks, width) in enumerate(zip(_BLOCKS, _WIDTHS, strict=True), 1):
        for i in range(blocks):
            name = f'shared_layer{n}_t' if i == blocks - 1 else f'shared_layer{n}_b.{i}'
            inputs = 4 * width if i else 2 * width if n > 1 else 64
            _make_bottleneck(layers, name, inputs, width, around=i == 0)
        for t in range(3):
            seen = 4 * width * (2 if n > 1 else 1)
            layers.units(f'encoder_att_{n}.{t}', [seen, width, 4 * width], 1)
        if n < 4:
            _make_bottleneck(layers, f'encoder_block_att_{n}', 4 * width, 2 * width, around=True)
    for t, outputs in enumerate(_OUTPUTS):
        name = f'decoders.{t}'
        for i, kernel in enumerate((1, 3, 3, 3)):
            _conv_norm(layers, f'{name}.0.convs.{i}.0', f'{name}.0.convs.{i}.1', 2048, 256, kernel)
        _conv_norm(layers, f'{name}.0.convs.4.1', f'{name}.0.convs.4.2', 2048, 256, 1)
        _conv_norm(layers, f'{name}.0.project.0', f'{name}.0.project.1', 5 * 256, 256, 1)
        _conv_norm(layers, f'{name}.1', f'{name}.2', 256, 256, 3)
        layers.conv(f'{name}.4', 256, outputs, 1)
    return layers.state


def _conv_norm(layers: Layers, conv: str, norm: str, inputs: int, outputs: int,
               kernel: int) -> None:
    layers.conv(conv, inputs, outputs, kernel, bias=False)
    layers.norm(norm, outputs)


def _make_bottleneck(layers: Layers, name: str, inputs: int, width: int, around: bool) -> None:
    for i, (a, b, kernel) in enumerate(
            ((inputs, width, 1), (width, width, 3), (width, 4 * width, 1)), 1):
        _conv_norm(layers, f'{name}.conv{i}', f'{name}.bn{i}', a, b, kernel)
    if around:
        _conv_norm(layers, f'{name}.downsample.0', f'{name}.downsample.1', inputs, 4 * width, 1)


# -- what is computed ---------------------------------------------------------------------------
def run_resnet_authors(state: State, image: Tensor) -> list[Tensor]:
    """Maps of the three tasks at the size of the image, before log-softmax and unit length.

    Args:
        state: a state dict with the authors' names.
        image: (N, 3, H, W), H and W multiples of 8.
    """
    x = _norm(state, 'shared_conv.1', F.conv2d(
        image, state['shared_conv.0.weight'], stride=2, padding=3)).relu()
    x = F.max_pool2d(x, 3, stride=2, padding=1)
    attended: list[Tensor | None] = [None] * 3
    for n, (first, others) in enumerate(_DILATIONS, 1):
        for i in range(_BLOCKS[n - 1] - 1):
            x = _bottleneck(state, f'shared_layer{n}_b.{i}', x, others if i else first,
                            stride=2 if n == 2 and i == 0 else 1)
        u, x = x, _bottleneck(state, f'shared_layer{n}_t', x, others)
        for t in range(3):
            seen = u if n == 1 else torch.cat([u, attended[t]], 1)
            attended[t] = _mask(state, f'encoder_att_{n}.{t}', seen) * x
            if n < 4:
                attended[t] = _bottleneck(state, f'encoder_block_att_{n}', attended[t], 1)
            if n == 1:
                attended[t] = F.max_pool2d(attended[t], 2, 2)
    return [F.interpolate(_decode(state, f'decoders.{t}', a), image.shape[-2:], mode='bilinear',
                          align_corners=True) for t, a in enumerate(attended)]


def _norm(state: State, name: str, x: Tensor) -> Tensor:
    return F.batch_norm(x, state[f'{name}.running_mean'], state[f'{name}.running_var'],
                        state[f'{name}.weight'], state[f'{name}.bias'], eps=1e-5)


def _bottleneck(state: State, name: str, x: Tensor, dilation: int, stride: int = 1) -> Tensor:
    out = _norm(state, f'{name}.bn1', F.conv2d(x, state[f'{name}.conv1.weight'])).relu()
    out = _norm(state, f'{name}.bn2', F.conv2d(
        out, state[f'{name}.conv2.weight'], stride=stride, padding=dilation,
        dilation=dilation)).relu()
    out = _norm(state, f'{name}.bn3', F.conv2d(out, state[f'{name}.conv3.weight']))
    if f'{name}.downsample.0.weight' in state:
        x = _norm(state, f'{name}.downsample.1', F.conv2d(
            x, state[f'{name}.downsample.0.weight'], stride=stride))
    return (out + x).relu()


def _mask(state: State, name: str, x: Tensor) -> Tensor:
    for i in (0, 3):
        x = _norm(state, f'{name}.{i + 1}', F.conv2d(
            x, state[f'{name}.{i}.weight'], state[f'{name}.{i}.bias']))
        x = x.sigmoid() if i else x.relu()
    return x


def _decode(state: State, name: str, x: Tensor) -> Tensor:
    """DeepLabV3's head, without its dropout."""
    parts = [_norm(state, f'{name}.0.convs.0.1', F.conv2d(
        x, state[f'{name}.0.convs.0.0.weight'])).relu()]
    for i, rate in enumerate(_RATES, 1):
        parts.append(_norm(state, f'{name}.0.convs.{i}.1', F.conv2d(
            x, state[f'{name}.0.convs.{i}.0.weight'], padding=rate, dilation=rate)).relu())
    pooled = _norm(state, f'{name}.0.convs.4.2', F.conv2d(
        x.mean((2, 3), keepdim=True), state[f'{name}.0.convs.4.1.weight'])).relu()
    parts.append(pooled.expand(-1, -1, *x.shape[-2:]))
    x = _norm(state, f'{name}.0.project.1', F.conv2d(
        torch.cat(parts, 1), state[f'{name}.0.project.0.weight'])).relu()
    x = _norm(state, f'{name}.2', F.conv2d(x, state[f'{name}.1.weight'], padding=1)).relu()
    return F.conv2d(x, state[f'{name}.4.weight'], state[f'{name}.4.bias'])
