"""Rays against convex primitives, in the primitive's own frame.

Each shape gives the interval of ray parameters inside it: (entry, exit), empty if entry >= exit.
Lengths are metres; the parameter is in units of the direction's length.
"""

import math

from street_scenes.compiled import compiled
from street_scenes.solids import Shape

FAR = 1e9  # beyond every parameter
PARALLEL = 1e-12  # direction components below this never cross a plane
# A ray from inside a primitive does not see it; this much of the parameter decides "inside".
INSIDE = 0.05
MISS = -1.0


@compiled
def slab(origin, direction, half):
    """Return the interval between the planes -half and half of one coordinate."""
    if abs(direction) < PARALLEL:
        if abs(origin) > half:
            return FAR, -FAR
        return -FAR, FAR
    first, second = (-half - origin) / direction, (half - origin) / direction
    return min(first, second), max(first, second)


@compiled
def box_interval(origin, direction, half):
    """Return the interval in a box."""
    entry, leave = slab(origin[0], direction[0], half[0])
    for axis in (1, 2):
        first, second = slab(origin[axis], direction[axis], half[axis])
        entry, leave = max(entry, first), min(leave, second)
    return entry, leave


@compiled
def quadratic_interval(a, b, c):
    """Return the interval where a t² + 2 b t + c < 0, for a >= 0."""
    if a < PARALLEL * PARALLEL:
        if c >= 0:
            return FAR, -FAR
        return -FAR, FAR
    discriminant = b * b - a * c
    if discriminant <= 0:
        return FAR, -FAR
    root = math.sqrt(discriminant)
    return (-b - root) / a, (-b + root) / a


@compiled
def ellipsoid_interval(origin, direction, half):
    """Return the interval in an ellipsoid with half axes `half`."""
    ox, oy, oz = origin[0] / half[0], origin[1] / half[1], origin[2] / half[2]
    dx, dy, dz = direction[0] / half[0], direction[1] / half[1], direction[2] / half[2]
    return quadratic_interval(dx * dx + dy * dy + dz * dz, ox * dx + oy * dy + oz * dz,
                              ox * ox + oy * oy + oz * oz - 1)


@compiled
def cylinder_interval(origin, direction, half):
    """Return the interval in an elliptic cylinder around y, between its caps."""
    ox, oz = origin[0] / half[0], origin[2] / half[2]
    dx, dz = direction[0] / half[0], direction[2] / half[2]
    entry, leave = quadratic_interval(dx * dx + dz * dz, ox * dx + oz * dz, ox * ox + oz * oz - 1)
    first, second = slab(origin[1], direction[1], half[1])
    return max(entry, first), min(leave, second)


@compiled
def planes_interval(origin, direction, planes, first_plane, end_plane):
    """Return the interval in an intersection of half-spaces (rows: normal, offset)."""
    entry, leave = -FAR, FAR
    for row in range(first_plane, end_plane):
        x, y, z = planes[row, 0], planes[row, 1], planes[row, 2]
        slope = x * direction[0] + y * direction[1] + z * direction[2]
        room = planes[row, 3] - x * origin[0] - y * origin[1] - z * origin[2]
        if abs(slope) < PARALLEL:
            if room < 0:
                return FAR, -FAR
        elif slope < 0:
            entry = max(entry, room / slope)
        else:
            leave = min(leave, room / slope)
    return entry, leave


@compiled
def entry_parameter(primitive, planes, origin, direction):
    """Return where a ray enters a primitive; MISS if it does not, or starts inside it."""
    half = (primitive.half[0], primitive.half[1], primitive.half[2])
    if primitive.shape == Shape.ELLIPSOID:
        entry, leave = ellipsoid_interval(origin, direction, half)
    elif primitive.shape == Shape.BOX:
        entry, leave = box_interval(origin, direction, half)
    elif primitive.shape == Shape.CYLINDER:
        entry, leave = cylinder_interval(origin, direction, half)
    else:
        entry, leave = planes_interval(origin, direction, planes, primitive.first_plane,
                                       primitive.end_plane)
    if entry < leave and entry > INSIDE:
        return entry
    return MISS
