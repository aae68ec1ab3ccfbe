"""Fronts of houses: bricks or plaster, rows of windows, shops on the ground floor.

A place on a wall is `along` (metres from the wall's middle) and `height` (metres from its foot).
"""

import math

from street_scenes.colours import scaled, triple
from street_scenes.compiled import compiled
from street_scenes.details import FacadeDetail
from street_scenes.materials.ground_floor import ground_floor
from street_scenes.materials.surface import SIDES, TOP_OR_BOTTOM, Surface
from street_scenes.noise import hash_unit, noise

GROUND_FLOOR = 3.6  # metres
BRICK_LENGTH, BRICK_HEIGHT, MORTAR_RANGE = 0.3, 0.12, 22.0  # metres
WINDOW_BOTTOM, WINDOW_HEIGHT = 0.22, 0.55  # shares of a storey
EDGE = 0.4  # metres of wall at each end without windows
FLAT_ROOF, FRAME_WHITE, FRAME_BROWN = (0.25, 0.2, 0.18), (0.62, 0.61, 0.58), (0.3, 0.25, 0.2)
CURTAIN, SILL = (0.5, 0.48, 0.44), (0.55, 0.54, 0.5)
GLASS_GLOSS = 0.35


@compiled
def wall_colour(along, height, hit, primitive):
    """Return plaster or bricks."""
    seed = primitive.texture_seed
    stains = 0.16 * noise(along * 0.5, height * 0.35, seed)
    grain = 0.10 * noise(along * 7, height * 7, seed) * hit.fade
    colour = scaled(triple(primitive.colour), 0.87 + stains + grain)
    if primitive.detail[2] > 0.5:
        course = math.floor(height / BRICK_HEIGHT)
        brick = along / BRICK_LENGTH + 0.5 * (course % 2)
        if height / BRICK_HEIGHT - course < 0.16 or brick - math.floor(brick) < 0.07:
            colour = scaled(colour, 1 + 0.35 * max(0.0, 1 - hit.distance / MORTAR_RANGE))
    return colour


@compiled
def window(across, up, column, storey, seed):
    """Return colour and gloss of a window.

    across: 0 in its middle, 1 at its sides. up: 0 at its bottom, 1 at its top.
    """
    kind = hash_unit(column, storey, seed)
    gloss = 0.0
    if across > 0.86 or up > 0.93 or up < 0.05 or across < 0.05:
        colour = FRAME_BROWN if kind > 0.9 else FRAME_WHITE
    else:
        gloss = GLASS_GLOSS
        dark = 0.05 + 0.10 * kind + 0.14 * up * (0.3 + kind)
        colour = (dark * 0.9, dark, dark * 1.15)
        if kind > 0.72 and across > 0.45:
            colour = CURTAIN
    if up > 0.84:
        colour = scaled(colour, 0.55)  # in the shadow of the lintel
    return colour, gloss


@compiled
def upper_floors(along, height, half_length, colour, primitive):
    """Return colour and gloss of the wall above the ground floor."""
    seed, wall_height = primitive.texture_seed, 2 * primitive.half[1]
    detail = FacadeDetail(primitive.detail[0], primitive.detail[1], primitive.detail[2],
                          primitive.detail[3])
    windows = math.floor(2 * (half_length - EDGE) / detail.window_spacing)
    column_place = along / detail.window_spacing + windows / 2
    column = math.floor(column_place)
    storey_place = (height - GROUND_FLOOR) / detail.storey_height
    storey = math.floor(storey_place)
    across = abs(column_place - column - 0.5) / (detail.window_width * 0.5)
    up = (storey_place - storey - WINDOW_BOTTOM) / WINDOW_HEIGHT
    gloss = 0.0
    room = wall_height - GROUND_FLOOR - storey * detail.storey_height
    if 0 <= column < windows and room > 0.9 * detail.storey_height:
        if across < 1 and 0 < up < 1:
            colour, gloss = window(across, up, int(column), int(storey), seed)
        elif across < 1.12 and -0.09 < up <= 0:
            colour = SILL
    if storey_place - storey < 0.05 and hash_unit(seed, 3, 1) > 0.5:
        colour = scaled(colour, 1.15)  # a moulding
    if wall_height - height < 0.5:  # the cornice
        colour = (colour[0] * 0.72 + 0.1, colour[1] * 0.72 + 0.1, colour[2] * 0.72 + 0.1)
    return colour, gloss


@compiled
def facade(hit, primitive):
    """Return a house without its roof."""
    if hit.face == TOP_OR_BOTTOM:
        return Surface(FLAT_ROOF, hit.normal, 0.0, 0.0, 1.0)
    height = hit.y + primitive.half[1]
    if hit.face == SIDES:
        along, half_length = hit.z, primitive.half[2]
    else:
        along, half_length = hit.x, primitive.half[0]
    colour = wall_colour(along, height, hit, primitive)
    if height > GROUND_FLOOR:
        colour, gloss = upper_floors(along, height, half_length, colour, primitive)
    else:
        colour, gloss = ground_floor(along, height, colour, primitive)
    openness = 0.55 + 0.45 * min(1.0, max(0.0, height / 0.3))
    return Surface(colour, hit.normal, gloss, 0.0, openness)
