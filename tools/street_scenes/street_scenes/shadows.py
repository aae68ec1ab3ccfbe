"""Shadows on the ground, drawn into maps of its plan.

The same intersection answers both questions: is the sun hidden (shadow), and what stands right
above (contact, the darkness under cars and at feet).
"""

from typing import NamedTuple

import numpy as np

from street_scenes.compiled import compiled
from street_scenes.holes import is_solid
from street_scenes.intersection import entry_parameter
from street_scenes.labels import Label
from street_scenes.rotation import advance, point_to_local, to_local, to_world

ORIGIN_X, ORIGIN_Z, CELL = -20.0, 0.0, 0.16  # metres, world
ROWS, COLUMNS = 450, 250
# Rays towards the light start this far below the ground, so that a primitive which reaches into
# the ground is entered from outside.
HEAD_START = 50.0  # metres
STRAIGHT_UP = (0.0, 1.0, 0.0)
SHADOW_BLUR, CONTACT_BLUR, CONTACT_BLUR_AGAIN = 1, 2, 1  # cells


class GroundMaps(NamedTuple):
    """Darkness of the cells of the ground, 0 to 1; row j, column i is the cell (z, x)."""

    shadow: np.ndarray
    contact: np.ndarray


@compiled
def cells_below(primitive, light):
    """Return the range of columns and of rows that the shadow of a primitive may touch."""
    half, centre = primitive.half, primitive.centre
    left, right, near, far = 1e9, -1e9, 1e9, -1e9
    for corner in range(8):
        x, y, z = to_world(primitive, (half[0] * (2 * (corner & 1) - 1),
                                       half[1] * (2 * ((corner >> 1) & 1) - 1),
                                       half[2] * (2 * ((corner >> 2) & 1) - 1)))
        height = y + centre[1]
        x = x + centre[0] - light[0] / light[1] * height
        z = z + centre[2] - light[2] / light[1] * height
        left, right, near, far = min(left, x), max(right, x), min(near, z), max(far, z)
    return (max(0, int((left - ORIGIN_X) / CELL)), min(COLUMNS, int((right - ORIGIN_X) / CELL) + 2),
            max(0, int((near - ORIGIN_Z) / CELL)), min(ROWS, int((far - ORIGIN_Z) / CELL) + 2))


@compiled
def cast_shadows(primitives, planes, light, darkness):
    """Set the cells to 1 from which a ray towards the light meets a primitive."""
    for row in range(primitives.shape[0]):
        primitive = primitives[row]
        direction = to_local(primitive, light)
        first_column, end_column, first_row, end_row = cells_below(primitive, light)
        for j in range(first_row, end_row):
            for i in range(first_column, end_column):
                if darkness[j, i] > 0:
                    continue
                cell = (ORIGIN_X + (i + 0.5) * CELL, 0.0, ORIGIN_Z + (j + 0.5) * CELL)
                start = advance(point_to_local(primitive, cell), -HEAD_START, direction)
                distance = entry_parameter(primitive, planes, start, direction)
                if distance > 0 and is_solid(primitive, advance(start, distance, direction)):
                    darkness[j, i] = 1.0


@compiled
def blur_rows(values, radius):
    """Return the running mean of 2 radius + 1 values along each row, edges repeated."""
    rows, columns = values.shape
    blurred = np.empty_like(values)
    for j in range(rows):
        total = 0.0
        for i in range(-radius - 1, radius):
            total += values[j, max(0, i)]
        for i in range(columns):
            total += values[j, min(columns - 1, i + radius)] - values[j, max(0, i - radius - 1)]
            blurred[j, i] = total / (2 * radius + 1)
    return blurred


def blur(values: np.ndarray, radius: int) -> np.ndarray:
    """Return the mean over squares of 2 radius + 1 cells."""
    once = np.ascontiguousarray(blur_rows(values, radius).T)
    return np.ascontiguousarray(blur_rows(once, radius).T)


def draw_ground_maps(primitives: np.ndarray, planes: np.ndarray, light) -> GroundMaps:
    """Draw the shadow and the contact map of a street."""
    shadow, contact = np.zeros((ROWS, COLUMNS)), np.zeros((ROWS, COLUMNS))
    casting = primitives[primitives['casts_shadow'] == 1]
    if light.sun_strength > 0:
        cast_shadows(casting, planes, light.sun_direction, shadow)
        shadow = blur(shadow, SHADOW_BLUR)
    cast_shadows(casting[casting['label'] >= Label.PERSON], planes, STRAIGHT_UP, contact)
    contact = blur(blur(contact, CONTACT_BLUR), CONTACT_BLUR_AGAIN)
    return GroundMaps(shadow, contact)


@compiled
def interpolate(darkness, x, z):
    """Return the darkness at a place of the plan, bilinearly; 0 outside the map."""
    column, row = (x - ORIGIN_X) / CELL - 0.5, (z - ORIGIN_Z) / CELL - 0.5
    i, j = int(np.floor(column)), int(np.floor(row))
    if i < 0 or j < 0 or i >= COLUMNS - 1 or j >= ROWS - 1:
        return 0.0
    a, b = column - i, row - j
    near = darkness[j, i] * (1 - a) + darkness[j, i + 1] * a
    far = darkness[j + 1, i] * (1 - a) + darkness[j + 1, i + 1] * a
    return near * (1 - b) + far * b
