"""Positions and orientations of things in the world, as plain floats.

A street takes thousands of small rotations; tuples of floats are several times faster than NumPy
arrays of three. A rotation is a tuple of rows; its columns are the local axes in the world.
"""

import math
from typing import NamedTuple

Vector = tuple[float, float, float]
Rotation = tuple[Vector, Vector, Vector]

UPRIGHT: Rotation = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


class Frame(NamedTuple):
    """An upright frame standing in the world: its origin and its heading.

    A heading of 0 looks along the street (z), pi / 2 to the right (x).
    """

    x: float
    y: float
    z: float
    cos: float
    sin: float

    def point(self, right: float, up: float, forward: float) -> Vector:
        """Return the world position of a point given in this frame."""
        return (self.x + self.cos * right + self.sin * forward, self.y + up,
                self.z - self.sin * right + self.cos * forward)

    @property
    def rotation(self) -> Rotation:
        """Rotation of a primitive that stands as this frame does."""
        return ((self.cos, 0.0, self.sin), (0.0, 1.0, 0.0), (-self.sin, 0.0, self.cos))

    @property
    def axle(self) -> Rotation:
        """Rotation that lays a cylinder's axis (local y) across, as that of a wheel."""
        return ((0.0, -self.cos, self.sin), (1.0, 0.0, 0.0), (0.0, self.sin, self.cos))

    @property
    def facing(self) -> Rotation:
        """Rotation that points a cylinder's axis forward; its local z then looks down."""
        return ((self.cos, self.sin, 0.0), (0.0, 0.0, -1.0), (-self.sin, self.cos, 0.0))

    def leaning(self, angle: float) -> Rotation:
        """Rotation that leans a primitive forward by an angle in radians."""
        cos, sin = math.cos(angle), math.sin(angle)
        return ((self.cos, self.sin * sin, self.sin * cos), (0.0, cos, -sin),
                (-self.sin, self.cos * sin, self.cos * cos))


def standing(x: float, y: float, z: float, heading: float = 0.0) -> Frame:
    """Return the frame that stands at a point and looks along a heading in radians."""
    return Frame(x, y, z, math.cos(heading), math.sin(heading))


def along(start: Vector, end: Vector) -> tuple[Rotation, float]:
    """Return a rotation that points local y from start to end, and their distance in metres."""
    dx, dy, dz = end[0] - start[0], end[1] - start[1], end[2] - start[2]
    length = math.sqrt(dx * dx + dy * dy + dz * dz)
    dx, dy, dz = dx / length, dy / length, dz / length
    # The other two axes are free; this helper is parallel to no limb and no tube of ours.
    ax, ay, az = dy * 0.9 - dz * 0.1, dz * 0.3 - dx * 0.9, dx * 0.1 - dy * 0.3
    norm = math.sqrt(ax * ax + ay * ay + az * az)
    ax, ay, az = ax / norm, ay / norm, az / norm
    bx, by, bz = ay * dz - az * dy, az * dx - ax * dz, ax * dy - ay * dx
    return ((ax, dx, bx), (ay, dy, by), (az, dz, bz)), length
