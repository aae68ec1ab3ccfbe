"""Which pixels a primitive may cover: its bounding box on the image."""

import math
from typing import NamedTuple

import numpy as np

from street_scenes.compiled import compiled
from street_scenes.rotation import to_world

NEAR = 0.25  # metres; nothing nearer is drawn


class Bounds(NamedTuple):
    """Columns left to right - 1 and rows top to bottom - 1 of each primitive, and its depth."""

    left: np.ndarray
    right: np.ndarray
    top: np.ndarray
    bottom: np.ndarray
    nearest: np.ndarray


@compiled
def box_corners(primitive, camera):
    """Return the eight corners of a primitive's box in camera axes, metres."""
    corners = np.empty((8, 3))
    position, axes, centre, half = camera.position, camera.axes, primitive.centre, primitive.half
    for corner in range(8):
        x, y, z = to_world(primitive, (half[0] * (2 * (corner & 1) - 1),
                                       half[1] * (2 * ((corner >> 1) & 1) - 1),
                                       half[2] * (2 * ((corner >> 2) & 1) - 1)))
        x += centre[0] - position[0]
        y += centre[1] - position[1]
        z += centre[2] - position[2]
        for axis in range(3):
            corners[corner, axis] = x * axes[0, axis] + y * axes[1, axis] + z * axes[2, axis]
    return corners


@compiled
def screen_rectangle(corners, camera):
    """Return min u, max u, min v, max v in pixels of the part of a box beyond NEAR."""
    left, right, top, bottom = 1e9, -1e9, 1e9, -1e9
    for first in range(8):
        for axis in range(3):
            # Each edge joins corners that differ in one bit; where it crosses the near plane, the
            # crossing stands for its hidden end.
            second = first ^ (1 << axis)
            x, y, z = corners[first, 0], corners[first, 1], corners[first, 2]
            if z < NEAR:
                other = corners[second, 2]
                if other <= NEAR:
                    continue
                share = (NEAR - z) / (other - z)
                x += share * (corners[second, 0] - x)
                y += share * (corners[second, 1] - y)
                z = NEAR
            u, v = camera.fx * x / z + camera.u0, camera.fy * y / z + camera.v0
            left, right = min(left, u), max(right, u)
            top, bottom = min(top, v), max(bottom, v)
    return left, right, top, bottom


@compiled
def find_bounds(primitives, camera, width, height):
    """Return the Bounds of all primitives on an image of width x height pixels."""
    count = primitives.shape[0]
    bounds = Bounds(np.zeros(count, np.int64), np.zeros(count, np.int64),
                    np.zeros(count, np.int64), np.zeros(count, np.int64), np.empty(count))
    for row in range(count):
        corners = box_corners(primitives[row], camera)
        bounds.nearest[row] = max(NEAR, corners[:, 2].min())
        left, right, top, bottom = screen_rectangle(corners, camera)
        if right < 0 or bottom < 0 or left > width - 1 or top > height - 1 or right < left:
            continue
        bounds.left[row] = int(max(0.0, math.floor(left)))
        bounds.right[row] = int(min(float(width), math.ceil(right) + 1))
        bounds.top[row] = int(max(0.0, math.floor(top)))
        bounds.bottom[row] = int(min(float(height), math.ceil(bottom) + 1))
    return bounds
