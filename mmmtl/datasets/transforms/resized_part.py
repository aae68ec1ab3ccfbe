"""A part of a resized image or map, without the rest: what ``cv2.resize`` and a cut give.

Equal to the bit, for images of 8 bits and three channels. Whether that is so with the OpenCV that
is installed is tried once in each process (:func:`is_exact`).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from .resize_kernel import pick, resize_part


class Box(NamedTuple):
    """A part of an image: rows from ``top`` to before ``bottom``, columns likewise."""

    top: int
    bottom: int
    left: int
    right: int


def nearest_index(old: int, new: int) -> np.ndarray:
    """Which of ``old`` pixels along an axis each of ``new`` takes, (new, ) int32.

    cv2's own answer, from a ramp: its rounding is that of a C++ double.
    """
    ramp = np.arange(old, dtype=np.int32).astype(np.float32)[None]  # exact below 2^24
    return cv2.resize(ramp, (new, 1), interpolation=cv2.INTER_NEAREST)[0].astype(np.int32)


def linear_axis(old: int, new: int, start: int, stop: int,
                columns: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The two pixels that each pixel from ``start`` to ``stop`` mixes, and their weights.

    Args:
        old, new: pixels along the axis before and after resizing.
        columns: whether it is the axis of columns, at whose ends OpenCV takes the last pixel alone.

    Returns:
        First and second index, (stop - start, ) int32; weights times 2048, (stop - start, 2) int32.
    """
    scale = 1. / (new / old)
    position = ((np.arange(start, stop) + 0.5) * scale - 0.5).astype(np.float32)
    first = np.floor(position).astype(np.int32)
    part = position - first.astype(np.float32)
    if columns:
        part = np.where((first < 0) | (first >= old - 1), np.float32(0), part)
    weights = np.rint(np.stack([np.float32(1) - part, part], 1) * np.float32(2048))
    second = np.clip(first + 1, 0, old - 1).astype(np.int32)
    return np.clip(first, 0, old - 1).astype(np.int32), second, weights.astype(np.int32)


def bilinear_part(image: np.ndarray, size: tuple[int, int], box: Box) -> np.ndarray:
    """A part of ``cv2.resize(image, size)``.

    Args:
        image: (H, W, 3) uint8.
        size: (width, height) after resizing.
        box: the part, in pixels after resizing.
    """
    height, width = image.shape[:2]
    down = linear_axis(height, size[1], box.top, box.bottom, columns=False)
    across = linear_axis(width, size[0], box.left, box.right, columns=True)
    out = np.empty((box.bottom - box.top, 3 * (box.right - box.left)), np.uint8)
    resize_part(np.ascontiguousarray(image), *down, *across, out)
    return out.reshape(box.bottom - box.top, box.right - box.left, 3)


def nearest_part(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Some rows and columns of a map (H, W) or (H, W, C)."""
    if values.ndim > 2:
        return values[rows[:, None], columns[None]]
    out = np.empty((rows.size, columns.size), values.dtype)
    pick(values, rows, columns, out)
    return out


@cache
def is_exact() -> bool:
    """Whether :func:`bilinear_part` gives what the installed OpenCV gives: tried on noise."""
    noise = np.random.RandomState(0).randint(0, 256, (61, 97, 3)).astype(np.uint8)
    for size in ((150, 95), (97, 61), (60, 41), (97, 122), (194, 122)):
        whole = cv2.resize(noise, size, interpolation=cv2.INTER_LINEAR)
        box = Box(size[1] // 5, size[1], 3, size[0])
        if not np.array_equal(bilinear_part(noise, size, box), whole[box.top:, 3:]):
            return False
    return True
