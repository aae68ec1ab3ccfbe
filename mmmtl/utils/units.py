"""Units of a map under resizing and flipping, as pure functions.

An image enlarged by s in width (s = width after / width before) is taken as the picture of the same
camera, so what is measured in pixels grows with s and metric depth shrinks: depth times inverse
depth stays what it was.
"""

from __future__ import annotations

import numpy as np


def zoom_values(values: np.ndarray, zoom: float, power: int) -> np.ndarray:
    """Repair the units of a map whose image was enlarged.

    Args:
        values: float map of any shape; NaN stays NaN.
        zoom: width after / width before, > 0.
        power: 1 for lengths in pixels (disparity, inverse depth), -1 for metric depth, 0 for what
            does not change.

    Returns:
        ``values * zoom ** power``; the array itself where that changes nothing.

    Raises:
        ValueError: if ``zoom`` is not positive.
    """
    if not zoom > 0:
        raise ValueError(f'zoom must be positive, not {zoom}')
    if power == 0 or zoom == 1:
        return values
    return values * values.dtype.type(zoom ** power)


def zoom_normals(normals: np.ndarray, zoom_x: float, zoom_y: float) -> np.ndarray:
    """Turn the vectors of a normal map whose image was enlarged and whose depth was divided.

    Seen by a camera of constant focal length in pixels, an image enlarged by s (depth / s) shows
    the points (X, Y, Z / s): the scene is compressed along the optical axis, and normals become
    (n₁, n₂, s n₃) at length 1. Where width and height were enlarged by different factors, depth is
    divided by that of the width, Y grows by zoom_y / zoom_x, and n₂ shrinks by it.

    Args:
        normals: (H, W, 3) unit vectors, z along the optical axis; NaN stays NaN.
        zoom_x: width after / width before, > 0.
        zoom_y: height after / height before, > 0.

    Returns:
        Unit vectors; the array itself where nothing was enlarged.

    Raises:
        ValueError: if a zoom is not positive.
    """
    if not (zoom_x > 0 and zoom_y > 0):
        raise ValueError(f'zoom must be positive, not {zoom_x} and {zoom_y}')
    if zoom_x == zoom_y == 1:
        return normals
    turned = normals * np.asarray([1, zoom_x / zoom_y, zoom_x], dtype=normals.dtype)
    return turned / np.linalg.norm(turned, axis=-1, keepdims=True)


def flip_normals(normals: np.ndarray, direction: str) -> np.ndarray:
    """Turn the vectors of a normal map whose pixels were mirrored.

    Args:
        normals: (H, W, 3), x to the right, y down, already mirrored in place.
        direction: 'horizontal' (x changes sign), 'vertical' (y) or 'diagonal' (both).

    Returns:
        A new map.

    Raises:
        ValueError: for another direction.
    """
    signs = {'horizontal': (-1, 1, 1), 'vertical': (1, -1, 1), 'diagonal': (-1, -1, 1)}
    if direction not in signs:
        raise ValueError(f'flip direction must be one of {list(signs)}, not {direction!r}')
    return normals * np.asarray(signs[direction], dtype=normals.dtype)
