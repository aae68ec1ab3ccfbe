"""What goes into a material, and what comes out."""

import math
from typing import NamedTuple

from street_scenes.compiled import compiled
from street_scenes.solids import Shape

SIDES, TOP_OR_BOTTOM, ENDS = 0, 1, 2  # faces by the axis they look along: local x, y, z
FADE_DISTANCE = 45.0  # metres from which fine texture is left out, as it would only alias
# A side of a frustum is its top if its normal is steeper than this; windscreens reach 0.85.
STEEP = 0.95
CAP = 0.999  # share of a cylinder's half length from which on a point is on a cap


class Hit(NamedTuple):
    """A visible place on a primitive, in its local frame (metres)."""

    x: float
    y: float
    z: float
    normal: tuple  # unit vector
    face: int
    distance: float  # depth, metres
    fade: float  # 1 near the camera, 0 from FADE_DISTANCE on


class Surface(NamedTuple):
    """How a place looks."""

    colour: tuple
    normal: tuple  # for shading; local frame, any length
    gloss: float  # share of mirror
    glow: float  # own light, as a share of the colour
    openness: float  # share of the sky that is not hidden by what is near


@compiled
def fade_at(distance):
    """Return the strength of fine texture at a depth."""
    return max(0.0, 1 - distance / FADE_DISTANCE)


@compiled
def unit(vector):
    """Return a vector of length 1."""
    norm = math.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2 + 1e-12)
    return (vector[0] / norm, vector[1] / norm, vector[2] / norm)


@compiled
def dominant_axis(x, y, z):
    """Return the index of the largest of three numbers."""
    if x > y and x > z:
        return SIDES
    return TOP_OR_BOTTOM if y > z else ENDS


@compiled
def box_normal(point, half):
    """Return the normal and the face of a point on a box."""
    face = dominant_axis(abs(point[0]) / half[0], abs(point[1]) / half[1], abs(point[2]) / half[2])
    if face == SIDES:
        return (1.0 if point[0] > 0 else -1.0, 0.0, 0.0), face
    if face == TOP_OR_BOTTOM:
        return (0.0, 1.0 if point[1] > 0 else -1.0, 0.0), face
    return (0.0, 0.0, 1.0 if point[2] > 0 else -1.0), face


@compiled
def frustum_normal(primitive, planes, point):
    """Return the normal and the face of a point on a frustum: those of its nearest plane."""
    best, nearest = -1e9, primitive.first_plane
    for row in range(primitive.first_plane, primitive.end_plane):
        outside = (planes[row, 0] * point[0] + planes[row, 1] * point[1]
                   + planes[row, 2] * point[2] - planes[row, 3])
        if outside > best:
            best, nearest = outside, row
    x, y, z = planes[nearest, 0], planes[nearest, 1], planes[nearest, 2]
    face = dominant_axis(abs(x), abs(y), abs(z))
    if face == TOP_OR_BOTTOM and abs(y) < STEEP:
        face = ENDS  # a sloping windscreen is an end, not a roof
    return (x, y, z), face


@compiled
def local_normal(primitive, planes, point):
    """Return the unit normal and the face of a local point on a primitive's surface."""
    half = primitive.half
    if primitive.shape == Shape.BOX:
        return box_normal(point, half)
    if primitive.shape == Shape.FRUSTUM:
        return frustum_normal(primitive, planes, point)
    x, z = point[0] / half[0] ** 2, point[2] / half[2] ** 2
    if primitive.shape == Shape.ELLIPSOID:
        return unit((x, point[1] / half[1] ** 2, z)), SIDES
    if abs(point[1]) > half[1] * CAP:
        return (0.0, 1.0 if point[1] > 0 else -1.0, 0.0), TOP_OR_BOTTOM
    return unit((x, 0.0, z)), SIDES
