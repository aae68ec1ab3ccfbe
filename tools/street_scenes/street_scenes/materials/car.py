"""Bodies and cabins of cars: arches, doors, lamps, plates, windows.

Heights are metres above the road, as a car's local y is upright and its frame starts at y = 0.
"""

import math

from street_scenes.colours import BLACK_PLASTIC, scaled, triple
from street_scenes.compiled import compiled
from street_scenes.details import CabinDetail
from street_scenes.materials.surface import ENDS, SIDES, Surface
from street_scenes.noise import noise

PAINT_GLOSS, CABIN_GLOSS, GLASS_GLOSS, LAMP_GLOSS = 0.35, 0.45, 0.9, 0.6
# Axles as shares of half the car's length; wheels and arches in metres.
FRONT_AXLE, REAR_AXLE, WHEEL_RADIUS, ARCH_RADIUS = 0.62, -0.60, 0.32, 0.40
# Gaps of the doors and handles, along the car as shares of its half length.
FRONT_GAP, REAR_GAP, GAP_WIDTH = 0.08, -0.42, 0.013
FRONT_HANDLE, REAR_HANDLE, HANDLE_HEIGHT = -0.02, -0.52, 0.68
SILL_HEIGHT = 0.38
WHEEL_ARCH = (0.015, 0.015, 0.015)
HEADLAMP, TAIL_LAMP, PLATE = (0.8, 0.82, 0.85), (0.55, 0.02, 0.02), (0.8, 0.8, 0.76)
PILLAR_B, PILLAR_C, WINDOW_EDGE = 0.50, 0.22, 0.05  # shares of the cabin's length


@compiled
def body_side(hit, colour, height, half_length):
    """Return colour and gloss of a car's flank."""
    for axle in (FRONT_AXLE, REAR_AXLE):
        along, up = hit.z - axle * half_length, height - WHEEL_RADIUS
        if math.sqrt(along * along + up * up) < ARCH_RADIUS:
            return WHEEL_ARCH, 0.0
    if (abs(hit.z - FRONT_GAP * half_length) < GAP_WIDTH
            or abs(hit.z - REAR_GAP * half_length) < GAP_WIDTH):
        return scaled(colour, 0.35), PAINT_GLOSS
    at_handle = (abs(hit.z - FRONT_HANDLE * half_length) < 0.1
                 or abs(hit.z - REAR_HANDLE * half_length) < 0.1)
    if at_handle and abs(height - HANDLE_HEIGHT) < 0.035:
        return scaled(colour, 0.6), PAINT_GLOSS
    return colour, PAINT_GLOSS


@compiled
def body_front(across, height, colour):
    """Return colour, gloss and glow of a car's front; `across` is 0 in the middle, 1 outside."""
    if across < 0.55 and 0.42 < height < 0.62:
        return BLACK_PLASTIC, PAINT_GLOSS, 0.0  # the grille
    if 0.58 < across < 0.95 and 0.56 < height < 0.74:
        return HEADLAMP, LAMP_GLOSS, 0.15
    return colour, PAINT_GLOSS, 0.0


@compiled
def body_back(across, height, colour):
    """Return colour, gloss and glow of a car's back."""
    if across > 0.66 and 0.62 < height < 0.90:
        return TAIL_LAMP, PAINT_GLOSS, 0.12
    if across < 0.30 and 0.66 < height < 0.79:
        return PLATE, PAINT_GLOSS, 0.0
    if across < 0.6 and abs(height - 0.60) < 0.012:
        return scaled(colour, 0.3), PAINT_GLOSS, 0.0
    return colour, PAINT_GLOSS, 0.0


@compiled
def car_body(hit, primitive):
    """Return the part of a car below its windows."""
    half_width, half_length = primitive.detail[0], primitive.detail[1]
    height = hit.y + primitive.centre[1]
    colour, gloss, glow, normal = triple(primitive.colour), PAINT_GLOSS, 0.0, hit.normal
    # Normals are bent so that flat sheets shine like curved ones.
    if hit.face == SIDES:
        colour, gloss = body_side(hit, colour, height, half_length)
        normal = (normal[0], normal[1] + 0.45 * (height - 0.55),
                  normal[2] + 0.15 * hit.z / half_length)
    elif hit.face == ENDS:
        across = abs(hit.x) / half_width
        if hit.z > 0:
            colour, gloss, glow = body_front(across, height, colour)
        else:
            colour, gloss, glow = body_back(across, height, colour)
        normal = (normal[0] + 0.35 * hit.x / half_width, normal[1], normal[2])
    if height < SILL_HEIGHT:
        colour = BLACK_PLASTIC
    return Surface(colour, normal, gloss, glow, min(1.0, 0.55 + 0.6 * height))


@compiled
def is_side_window(hit, ends, level):
    """Say whether a place on a cabin's side is glass; `level` is 0 at the belt, 1 at the roof."""
    back = ends.low_back + (ends.high_back - ends.low_back) * level
    front = ends.low_front + (ends.high_front - ends.low_front) * level
    along = (hit.z - back) / (front - back)
    return (WINDOW_EDGE < along < 1 - WINDOW_EDGE and abs(along - PILLAR_B) > 0.022
            and abs(along - PILLAR_C) > 0.02)


@compiled
def car_cabin(hit, primitive):
    """Return the part of a car from its belt line to its roof."""
    half, detail, normal = primitive.half, primitive.detail, hit.normal
    level = (hit.y + half[1]) / (2 * half[1])
    glass = 0.10 < level < 0.84
    if hit.face == SIDES:
        ends = CabinDetail(detail[0], detail[1], detail[2], detail[3])
        glass = glass and is_side_window(hit, ends, level)
    elif hit.face == ENDS:
        glass = glass and abs(hit.x) < half[0] * (0.90 - 0.18 * level)
    else:
        glass = False
        normal = (normal[0] + 0.4 * hit.x / half[0], normal[1], normal[2] + 0.25 * hit.z / half[2])
    if glass:
        inside = noise(hit.x * 3 + hit.z * 3, hit.y * 4, primitive.texture_seed)
        dark = 0.035 + 0.05 * level + 0.05 * inside
        return Surface((dark, dark * 1.05, dark * 1.12), normal, GLASS_GLOSS, 0.0, 1.0)
    return Surface(triple(primitive.colour), normal, CABIN_GLOSS, 0.0, 1.0)
