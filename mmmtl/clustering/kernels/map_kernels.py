"""Compiled loops over whole maps: upsampling and arg max. Importing this needs numba."""

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from mmmtl.utils.jit import jit

_BLOCK = 2048  # pixels whose best scores stay in the first cache


@intrinsic
def _fma(typingctx: Any, a: Any, b: Any, c: Any) -> tuple:
    """a * b + c, rounded once."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float32(types.float32, types.float32, types.float32), generate


@jit
def arg_max(scores: np.ndarray, classes: np.ndarray) -> None:
    """Write the row of the largest score of each column; NaN counts as largest, as in torch.

    Args:
        scores: (C, n) float32.
        classes: (n,) int64, written.
    """
    best = np.empty(_BLOCK, np.float32)
    row = np.empty(_BLOCK, np.int32)
    count = scores.shape[1]
    for start in range(0, count, _BLOCK):
        n = min(_BLOCK, count - start)
        first = scores[0, start:start + n]
        for j in range(n):
            best[j] = first[j]
            row[j] = 0
        for c in range(1, len(scores)):
            values = scores[c, start:start + n]
            number = np.int32(c)
            for j in range(n):
                value, so_far = values[j], best[j]
                larger = (value > so_far) | ((value != value) & (so_far == so_far))
                row[j] = number if larger else row[j]
                best[j] = value if larger else so_far
        for j in range(n):
            classes[start + j] = row[j]


@jit
def upsample(maps: np.ndarray, out: np.ndarray, above: np.ndarray, below: np.ndarray,
             down: np.ndarray, left: np.ndarray, right: np.ndarray, along: np.ndarray) -> None:
    """Bilinear upsampling, each source row stretched once.

    Products and sums are rounded as torch rounds them on processors with fused multiply-add.

    Args:
        maps: (C, h, w) float32.
        out: (C, H, W) float32, written.
        above, below, down: (H,) source rows of each row, and weight of the lower one.
        left, right, along: (W,) the same of columns.
    """
    width = out.shape[2]
    top, bottom = np.empty(width, np.float32), np.empty(width, np.float32)
    for c in range(len(maps)):
        top_row, bottom_row = -1, -1
        for y in range(out.shape[1]):
            if above[y] != top_row:
                if above[y] == bottom_row:
                    top, bottom = bottom, top
                    bottom_row = -1
                else:
                    _stretch(maps[c, above[y]], top, left, right, along)
                top_row = above[y]
            if below[y] != bottom_row:
                _stretch(maps[c, below[y]], bottom, left, right, along)
                bottom_row = below[y]
            low = down[y]
            high = np.float32(1) - low
            row = out[c, y]
            for x in range(width):
                row[x] = _fma(top[x], high, bottom[x] * low)


@jit
def _stretch(source: np.ndarray, out: np.ndarray, left: np.ndarray, right: np.ndarray,
             along: np.ndarray) -> None:
    for x in range(len(out)):
        weight = along[x]
        out[x] = _fma(source[left[x]], np.float32(1) - weight, source[right[x]] * weight)
