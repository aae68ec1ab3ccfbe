"""Asphalt with markings, paving with kerb stones, grass."""

import math
from typing import NamedTuple

from street_scenes.colours import scaled
from street_scenes.compiled import compiled
from street_scenes.ground import street_offset
from street_scenes.materials.surface import Surface, fade_at
from street_scenes.noise import hash_unit, noise
from street_scenes.surfaces import GRASS, KERB, ROAD

MARKING, MANHOLE, KERB_STONE = (0.72, 0.72, 0.70), (0.10, 0.10, 0.10), (0.46, 0.45, 0.43)
# Metres.
ZEBRA_LENGTH, ZEBRA_PERIOD, GUTTER_WIDTH, KERB_WIDTH = 3.2, 1.0, 0.28, 0.17
MANHOLE_OFFSET, MANHOLE_RADIUS, MANHOLE_NEAREST, MANHOLE_SPREAD = 1.4, 0.34, 9, 17
CROSSING_MARGIN = 0.5
UPWARD = (0.0, 1.0, 0.0)


class GroundLook(NamedTuple):
    """How the ground of a street looks; lengths in metres."""

    asphalt: float  # grey level
    has_markings: bool
    dash_length: float  # period of the line in the middle
    parking_line: float  # distance of the parking lane's line from the kerb; 0 for none
    zebra_start: float  # z where a zebra crossing begins
    slab: float  # size of the paving slabs
    paving: tuple  # colour
    seed: int


@compiled
def is_marked(x, z, offset, distance, street, look):
    """Say whether a place on the road is painted."""
    if look.zebra_start < z < look.zebra_start + ZEBRA_LENGTH:
        stripe = offset / ZEBRA_PERIOD
        return stripe - math.floor(stripe) < 0.5
    crossing = (street.crossing_start - CROSSING_MARGIN < z
                < street.crossing_end + CROSSING_MARGIN)
    if crossing or not look.has_markings:
        return False
    half_line = 0.07 + 0.0016 * distance  # wider far away, where a pixel would miss it
    dash = z / look.dash_length
    if abs(offset) < half_line and dash - math.floor(dash) < 0.5:
        return True
    parking = street.half_width - look.parking_line
    return look.parking_line > 0 and abs(abs(offset) - parking) < half_line * 0.8


@compiled
def road(x, z, offset, distance, grain, street, look):
    """Return the colour of the road."""
    grey = look.asphalt * (1 + grain)
    colour = (grey, grey, grey * 1.04)
    if noise(x * 0.22 + 3, z * 0.05, look.seed + 9) > 0.62:  # a repaired stretch
        colour = (colour[0] * 0.82, colour[1] * 0.82, colour[2] * 0.84)
    marked = is_marked(x, z, offset, distance, street, look)
    if marked and noise(x * 3, z * 3, look.seed + 5) > 0.16:  # elsewhere it is worn off
        colour = MARKING
    from_manhole = z - MANHOLE_NEAREST - look.seed % MANHOLE_SPREAD
    if math.sqrt((offset - MANHOLE_OFFSET) ** 2 + from_manhole ** 2) < MANHOLE_RADIUS:
        colour = MANHOLE
    gutter = abs(offset) > street.half_width - GUTTER_WIDTH
    if gutter and not (street.crossing_start < z < street.crossing_end):
        colour = scaled(colour, 0.82)
    return colour


@compiled
def grass(x, z, fade, look):
    """Return the colour of grass."""
    blades = noise(x * 5, z * 5, look.seed + 4) * fade + 0.5 * (1 - fade)
    patches = noise(x * 0.7, z * 0.7, look.seed + 6)
    return (0.10 + 0.10 * blades + 0.06 * patches, 0.17 + 0.13 * blades, 0.05 + 0.03 * blades)


@compiled
def pavement(z, offset, distance, fade, grain, street, look):
    """Return the colour of the paving and of the kerb stones."""
    if abs(offset) - street.half_width < KERB_WIDTH:
        return scaled(KERB_STONE, 0.7) if z - math.floor(z) < 0.03 else KERB_STONE
    column, row = offset / look.slab, z / look.slab
    i, j = math.floor(column), math.floor(row)
    shade = 1 + fade * (0.24 * hash_unit(int(i), int(j), look.seed) - 0.12)
    if min(column - i, row - j) < 0.05 + 0.002 * distance:
        shade *= 1 - 0.28 * fade
    return scaled(look.paving, (1 + grain) * shade)


@compiled
def ground(place, point, distance, openness, street, look):
    """Return the surface of the ground at a world point; its normal is in the world too."""
    x, z, fade = point[0], point[2], fade_at(distance)
    offset = street_offset(street, x, z)
    grain = ((noise(x * 9, z * 9, look.seed) - 0.5) * 0.25 * fade
             + (noise(x * 0.6, z * 0.25, look.seed + 3) - 0.5) * 0.28)
    normal = UPWARD
    if place == ROAD:
        colour = road(x, z, offset, distance, grain, street, look)
    elif place == GRASS:
        colour = grass(x, z, fade, look)
    else:
        colour = pavement(z, offset, distance, fade, grain, street, look)
        if place == KERB:
            colour = scaled(colour, 0.8)
            normal = (-1.0 if offset > 0 else 1.0, 0.25, 0.0)
    return Surface(colour, normal, 0.0, 0.0, openness)
