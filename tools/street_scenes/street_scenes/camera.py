"""The left camera of Cityscapes: intrinsics scaled to the image, pose, projection, disparity."""

import math
from typing import NamedTuple

import numpy as np

from street_scenes.labels import Label

# The official calibration at 2048 x 1024 pixels (centres of pixels at whole numbers).
FULL_WIDTH, FULL_HEIGHT = 2048, 1024
FULL_FX, FULL_FY, FULL_U0, FULL_V0 = 2262.52, 2265.30, 1096.98, 513.137
BASELINE = 0.209313  # metres
# Where the camera sits in its car: metres in front of the rear axle and to the left of the middle.
MOUNT_FORWARD, MOUNT_LEFT = 1.7, 0.1
# The png holds round(DISPARITY_SCALE * d + DISPARITY_OFFSET); 0 says that there is no measurement.
DISPARITY_SCALE, DISPARITY_OFFSET, DISPARITY_MAX = 256, 1, 65535
# Depth of pixels which no surface meets, in metres.
FAR_AWAY = 1e9


class Camera(NamedTuple):
    """A pinhole camera standing in the world.

    fx, fy, u0, v0: focal lengths and principal point in pixels.
    position: metres, world.
    axes: 3 x 3; its columns are the camera's axes right, down and forward, in the world.
    """

    fx: float
    fy: float
    u0: float
    v0: float
    position: np.ndarray
    axes: np.ndarray


def scaled_intrinsics(width: int, height: int) -> tuple[float, float, float, float]:
    """Return fx, fy, u0, v0 for an image of the given size in pixels.

    The width fixes the field of view; pixels keep their shape. A height other than half the width
    shows more or less above and below, with the principal point at the same share of the height.
    """
    scale = width / FULL_WIDTH
    u0 = (FULL_U0 + 0.5) * scale - 0.5
    v0 = (FULL_V0 + 0.5) * height / FULL_HEIGHT - 0.5
    return FULL_FX * scale, FULL_FY * scale, u0, v0


def make_camera(width: int, height: int, position, pitch: float, yaw: float) -> Camera:
    """Build a camera from its pose.

    Angles are in radians with the signs of Cityscapes: a positive pitch looks down, a positive
    yaw looks to the left.
    """
    forward = np.array([
        -math.sin(yaw) * math.cos(pitch), -math.sin(pitch), math.cos(yaw) * math.cos(pitch)
    ])
    right = np.array([math.cos(yaw), 0.0, math.sin(yaw)])
    down = np.cross(right, forward)  # not forward x right, as the world is left-handed
    axes = np.ascontiguousarray(np.stack([right, down, forward], axis=1))
    return Camera(*scaled_intrinsics(width, height), np.array(position, float), axes)


def encode_disparity(depth: np.ndarray, label: np.ndarray, fx: float) -> np.ndarray:
    """Return the uint16 disparity of metric depths.

    0, no measurement: in the sky, and where a surface is too near for 16 bits (the nearest 1.9 m
    at a width of 2048 pixels; nothing at 512).
    """
    levels = np.rint((BASELINE * fx * DISPARITY_SCALE) / depth + DISPARITY_OFFSET)
    levels[(levels > DISPARITY_MAX) | (label == Label.SKY)] = 0
    return levels.astype(np.uint16)


def cityscapes_calibration(camera: Camera, pitch: float, yaw: float) -> dict:
    """Return the contents of a `*_camera.json`: metres, radians, pixels."""
    extrinsic = {
        'baseline': BASELINE, 'pitch': pitch, 'roll': 0.0, 'yaw': yaw,
        'x': MOUNT_FORWARD, 'y': MOUNT_LEFT, 'z': float(camera.position[1]),
    }
    intrinsic = {'fx': camera.fx, 'fy': camera.fy, 'u0': camera.u0, 'v0': camera.v0}
    return {'extrinsic': extrinsic, 'intrinsic': intrinsic}
