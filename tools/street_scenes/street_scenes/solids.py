"""Convex solids before they get a material: the four shapes and how to place them."""

import math
from enum import IntEnum
from typing import NamedTuple

from street_scenes.frames import Frame, Rotation, Vector, along


class Shape(IntEnum):
    """Shapes of primitives; sizes are half the extent along the local axes.

    The axis of a cylinder is local y. A frustum is the intersection of half-spaces.
    """

    BOX = 0
    ELLIPSOID = 1
    CYLINDER = 2
    FRUSTUM = 3


class Plane(NamedTuple):
    """A half-space in a local frame: the points p with normal · p <= offset (metres)."""

    x: float
    y: float
    z: float
    offset: float


class Solid(NamedTuple):
    """A shape in the world: rotation (columns are local axes), centre and half sizes in metres."""

    shape: Shape
    rotation: Rotation
    centre: Vector
    half: Vector
    planes: tuple[Plane, ...] = ()


class Slice(NamedTuple):
    """A horizontal cut through a frustum: from back to front (z), and half the width (x)."""

    back: float
    front: float
    half_width: float


def box(rotation: Rotation, centre: Vector, half: Vector) -> Solid:
    """Return a box of the given half sizes."""
    return Solid(Shape.BOX, rotation, centre, half)


def ellipsoid(rotation: Rotation, centre: Vector, half: Vector) -> Solid:
    """Return an ellipsoid of the given half axes."""
    return Solid(Shape.ELLIPSOID, rotation, centre, half)


def cylinder(rotation: Rotation, centre: Vector, radius: float, half_length: float) -> Solid:
    """Return a cylinder around local y."""
    return Solid(Shape.CYLINDER, rotation, centre, (radius, half_length, radius))


def limb(start: Vector, end: Vector, radius: float) -> Solid:
    """Return a thin ellipsoid from start to end, a little longer so that joints close."""
    rotation, length = along(start, end)
    centre = tuple((a + b) / 2 for a, b in zip(start, end, strict=True))
    return Solid(Shape.ELLIPSOID, rotation, centre, (radius, length / 2 + radius * 0.8, radius))


def frustum(frame: Frame, low: float, high: float, bottom: Slice, top: Slice) -> Solid:
    """Return the hull of two slices at heights low and high above the frame's origin.

    The local origin is at the middle height, above the frame's origin.
    """
    half_height = (high - low) / 2
    planes = [Plane(0, 1, 0, half_height), Plane(0, -1, 0, half_height)]
    for direction, at_bottom, at_top in ((1, bottom.front, top.front), (-1, bottom.back, top.back)):
        y, z = _slanted(at_bottom, at_top, half_height, direction)
        planes.append(Plane(0, y, z, -y * half_height + z * at_bottom))
    for direction in (1, -1):
        y, x = _slanted(direction * bottom.half_width, direction * top.half_width, half_height,
                        direction)
        planes.append(Plane(x, y, 0, -y * half_height + x * direction * bottom.half_width))
    half = (max(bottom.half_width, top.half_width), half_height,
            max(abs(end) for end in (bottom.back, bottom.front, top.back, top.front)))
    centre = frame.point(0, (low + high) / 2, 0)
    return Solid(Shape.FRUSTUM, frame.rotation, centre, half, tuple(planes))


def _slanted(at_bottom: float, at_top: float, half_height: float, direction: int):
    """Return the unit normal (up, outward) of a side that runs from at_bottom to at_top."""
    up, outward = -(at_top - at_bottom) * direction, 2 * half_height * direction
    norm = math.hypot(up, outward)
    return up / norm, outward / norm
