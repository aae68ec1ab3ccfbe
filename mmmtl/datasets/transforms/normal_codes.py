"""How files store surface normals: axes, colours, unknown pixels; as pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

AXES = ('x', 'y', 'z')
#: length below which a decoded colour is no direction: the grey 127 or 128, where 1/255 is all
SHORTEST_COLOUR = 0.1


def axes_matrix(axes: Sequence[str]) -> np.ndarray:
    """(3, 3) matrix from a file's channels to (x right, y down, z away from the camera).

    Args:
        axes: what each of the three channels holds, such as ``('x', '-y', '-z')``.

    Raises:
        ValueError: if they are not x, y and z with signs.
    """
    names = [axis.removeprefix('-') for axis in axes]
    if sorted(names) != list(AXES):
        raise ValueError(f'axes must name x, y and z, each once and maybe with a minus, for the '
                         f"three channels of the file, such as ('x', '-y', '-z'); not {axes!r}")
    matrix = np.zeros((3, 3), np.float32)
    for channel, (axis, name) in enumerate(zip(axes, names, strict=True)):
        matrix[AXES.index(name), channel] = -1 if axis.startswith('-') else 1
    return matrix


def decode_normal_colours(pixels: np.ndarray) -> np.ndarray:
    """Colours to vectors, n = 2 colour / 255 - 1.

    Args:
        pixels: (H, W, 3) uint8. Black, and greys that decode to (almost) nothing, are unknown.

    Returns:
        (H, W, 3) float32, zero where unknown.
    """
    vectors = pixels.astype(np.float32) * np.float32(2 / 255) - 1
    unknown = (pixels == 0).all(axis=-1) | (np.linalg.norm(vectors, axis=-1) < SHORTEST_COLOUR)
    vectors[unknown] = 0
    return vectors


def unit_vectors(vectors: np.ndarray) -> np.ndarray:
    """(H, W, 3) vectors at length 1; NaN for those of length zero or with NaN or infinity."""
    vectors = vectors.astype(np.float64)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    known = np.isfinite(length) & (length > 0)
    return np.where(known, vectors / np.where(known, length, 1), np.nan).astype(np.float32)
