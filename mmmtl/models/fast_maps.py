"""Upsampling and arg max of predicted maps on the CPU by compiled loops: torch's values, sooner.

They are used once :func:`warm_up` was called, as instance clustering does, and upsampling only of
sizes for which it gives torch's values on this machine, bit by bit (that is tried once per size).
Else, on other devices, in other precisions and without numba it is torch that computes.
"""

from functools import cache

import numpy as np
import torch
from mmseg.models.utils import resize
from torch import Tensor

from mmmtl.clustering.backend import why_no_numba

_ready = False


def class_map(logits: Tensor) -> Tensor:
    """(1, H, W) int64: ``logits.argmax(0, keepdim=True)`` of (C, H, W) logits."""
    if not (_ready and _is_plain(logits)):
        return logits.argmax(0, keepdim=True)
    from mmmtl.clustering.kernels.map_kernels import arg_max
    classes = np.empty((1, *logits.shape[1:]), np.int64)
    arg_max(logits.detach().flatten(1).numpy(), classes.reshape(-1))
    return torch.from_numpy(classes)


def join_maps(maps: list[Tensor], size: tuple[int, int], align_corners: list[bool]) -> Tensor:
    """Resize maps bilinearly and put them side by side.

    Args:
        maps: (N, C_i, h_i, w_i).
        size: H and W.
        align_corners: of each map; see mmseg's ``resize``.

    Returns:
        (N, ΣC, H, W).
    """
    size = tuple(size)
    fast = [_can_upsample(m, size, align) for m, align in zip(maps, align_corners, strict=True)]
    if not any(fast):
        resized = [_resize(m, size, align)
                   for m, align in zip(maps, align_corners, strict=True)]
        return resized[0] if len(resized) == 1 else torch.cat(resized, dim=1)
    channels = [m.shape[1] for m in maps]
    # Memory from numpy: it asks for large pages, without which writing 40 MB takes 30 ms longer.
    joined = np.empty((len(maps[0]), sum(channels), *size), np.float32)
    start = 0
    for m, align, compiled in zip(maps, align_corners, fast, strict=True):
        out = joined[:, start:start + m.shape[1]]
        if compiled:
            _upsample(m, out)
        else:
            torch.from_numpy(out).copy_(_resize(m, size, align))
        start += m.shape[1]
    return torch.from_numpy(joined)


def _resize(maps: Tensor, size: tuple[int, int], align_corners: bool) -> Tensor:
    if maps.shape[2:] == size:
        return maps
    return resize(maps, size=size, mode='bilinear', align_corners=align_corners)


def warm_up() -> None:
    """Load (or compile) the loops, where numba is installed."""
    global _ready
    if why_no_numba() is not None:
        return
    from mmmtl.clustering.kernels import map_kernels
    map_kernels.arg_max(np.zeros((2, 1), np.float32), np.zeros(1, np.int64))
    _agrees_with_torch(1, (2, 2), (4, 4))
    _ready = True


def _is_plain(maps: Tensor) -> bool:
    return (maps.device.type == 'cpu' and maps.dtype == torch.float32 and maps.is_contiguous()
            and not (torch.is_grad_enabled() and maps.requires_grad))


def _can_upsample(maps: Tensor, size: tuple[int, int], align_corners: bool) -> bool:
    return (_ready and not align_corners and _is_plain(maps)
            and all(2 <= small < large for small, large in zip(maps.shape[2:], size, strict=True))
            and _agrees_with_torch(maps.shape[1], tuple(maps.shape[2:]), size))


@cache
def _agrees_with_torch(channels: int, small: tuple[int, int], large: tuple[int, int]) -> bool:
    """Whether random maps of these sizes come out equal; torch has several loops."""
    maps = torch.randn(1, channels, *small, generator=torch.Generator().manual_seed(0))
    out = np.empty((1, channels, *large), np.float32)
    _upsample(maps, out)
    expected = resize(maps, size=large, mode='bilinear', align_corners=False, warning=False)
    return torch.equal(torch.from_numpy(out), expected)


def _upsample(maps: Tensor, out: np.ndarray) -> None:
    from mmmtl.clustering.kernels.map_kernels import upsample
    rows = _neighbours(maps.shape[2], out.shape[2])
    columns = _neighbours(maps.shape[3], out.shape[3])
    for frame, target in zip(maps.detach().numpy(), out, strict=True):
        upsample(frame, target, *rows, *columns)


def _neighbours(small: int, large: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both source pixels of each of ``large`` pixels, and the weight of the second, as torch."""
    scale = np.float64(np.float32(small) / np.float32(large))
    centres = (np.arange(large, dtype=np.float32) + np.float32(0.5)).astype(np.float64)
    source = np.maximum((scale * centres - 0.5).astype(np.float32), np.float32(0))
    first = source.astype(np.int64)
    return first, np.minimum(first + 1, small - 1), source - first.astype(np.float32)
