"""Nekrasov's multi-task light-weight RefineNet as functions of a state dict, by its layer list."""

import torch
import torch.nn.functional as F
from torch import Tensor

#: (channels, repeats, stride) of layer2 to layer8; expansion 1 in the first, 6 in the others
STAGES = ((16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
OUTPUTS = {'segm': None, 'depth': 1, 'normal': 3}
WIDTH = 256


def make_state(classes: int, tasks: int, seed: int = 0) -> dict[str, Tensor]:
    """Random tensors under the published names; statistics and scales are not those of a start."""
    chance = torch.Generator().manual_seed(seed)
    state: dict[str, Tensor] = {}

    def conv(name: str, inputs: int, outputs: int, size: int, bias: bool = False) -> None:
        fan = inputs * size * size
        state[f'{name}.weight'] = torch.randn(
            outputs, inputs, size, size, generator=chance, dtype=torch.float64) / fan**0.5
        if bias:
            state[f'{name}.bias'] = torch.randn(outputs, generator=chance, dtype=torch.float64)

    def norm(name: str, channels: int) -> None:
        for key in ('weight', 'running_var'):
            state[f'{name}.{key}'] = 0.5 + torch.rand(
                channels, generator=chance, dtype=torch.float64)
        for key in ('bias', 'running_mean'):
            state[f'{name}.{key}'] = torch.randn(channels, generator=chance, dtype=torch.float64)
        state[f'{name}.num_batches_tracked'] = torch.tensor(7)

    conv('layer1.0', 3, 32, 3)
    norm('layer1.1', 32)
    inputs = 32
    for stage, (channels, repeats, _) in enumerate(STAGES, 2):
        for block in range(repeats):
            wide = inputs * (1 if stage == 2 else 6)
            name = f'layer{stage}.{block}.output'
            for i, (a, b, size) in enumerate(((inputs, wide, 1), (1, wide, 3),
                                              (wide, channels, 1))):
                conv(f'{name}.{i}.0', a, b, size)
                norm(f'{name}.{i}.1', b)
            inputs = channels
    for stage, (channels, _, _) in zip(range(3, 9), STAGES[1:], strict=True):
        conv(f'conv{stage}', channels, WIDTH, 1)
    for level in (4, 3, 2, 1):
        for i in range(1, 5):
            conv(f'crp{level}.0.{i}_outvar_dimred', 1 if level == 1 else WIDTH, WIDTH, 1)
        if level > 1:
            conv(f'conv_adapt{level}', WIDTH, WIDTH, 1)
    for task in list(OUTPUTS)[:tasks]:
        conv(f'pre_{task}', 1, WIDTH, 1)
        conv(task, WIDTH, OUTPUTS[task] or classes, 3, bias=True)
    return state


def run(state: dict[str, Tensor], image: Tensor, aligned: bool = False) -> list[Tensor]:
    """Raw outputs of segm, depth and, if the state has it, normal, at a quarter of the size.

    Args:
        state: as of :func:`make_state`.
        image: (N, 3, H, W), normalised.
        aligned: upsampling with ``align_corners``, as in the author's library.
    """
    def conv(x: Tensor, name: str, **options: int) -> Tensor:
        return F.conv2d(x, state[f'{name}.weight'], state.get(f'{name}.bias'), **options)

    def norm(x: Tensor, name: str) -> Tensor:
        mean, var, weight, bias = (state[f'{name}.{key}'].view(1, -1, 1, 1) for key in (
            'running_mean', 'running_var', 'weight', 'bias'))
        return (x - mean) / (var + 1e-5).sqrt() * weight + bias

    def block(x: Tensor, name: str, stride: int) -> Tensor:
        wide = F.relu6(norm(conv(x, f'{name}.0.0'), f'{name}.0.1'))
        deep = F.relu6(norm(conv(wide, f'{name}.1.0', stride=stride, padding=1,
                                 groups=wide.shape[1]), f'{name}.1.1'))
        out = norm(conv(deep, f'{name}.2.0'), f'{name}.2.1')
        return x + out if stride == 1 and x.shape == out.shape else out

    def pooled(x: Tensor, level: int) -> Tensor:
        top = x
        for i in range(1, 5):
            top = conv(F.max_pool2d(top, 5, 1, 2), f'crp{level}.0.{i}_outvar_dimred',
                       groups=WIDTH if level == 1 else 1)
            x = x + top
        return x

    def up(x: Tensor, level: int, like: Tensor) -> Tensor:
        return F.interpolate(conv(x, f'conv_adapt{level}'), like.shape[2:], mode='bilinear',
                             align_corners=aligned)

    x = F.relu6(norm(conv(image, 'layer1.0', stride=2, padding=1), 'layer1.1'))
    side = {}
    for stage, (_, repeats, stride) in enumerate(STAGES, 2):
        for i in range(repeats):
            x = block(x, f'layer{stage}.{i}.output', stride if i == 0 else 1)
        if stage > 2:
            side[stage] = conv(x, f'conv{stage}')
    x = pooled(F.relu6(side[8] + side[7]), 4)
    x = pooled(F.relu6(side[5] + side[6] + up(x, 4, side[6])), 3)
    x = pooled(F.relu6(side[4] + up(x, 3, side[4])), 2)
    x = pooled(F.relu6(side[3] + up(x, 2, side[3])), 1)
    return [conv(F.relu6(conv(x, f'pre_{task}', groups=WIDTH)), task, padding=1)
            for task in OUTPUTS if f'{task}.weight' in state]
