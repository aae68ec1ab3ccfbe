"""A bus: one box with windows, a destination display, lamps and a coloured stripe."""

import math

from street_scenes.colours import triple
from street_scenes.compiled import compiled
from street_scenes.materials.surface import ENDS, SIDES, TOP_OR_BOTTOM, Surface
from street_scenes.noise import noise

PAINT_GLOSS, GLASS_GLOSS = 0.3, 0.8
WINDOW_SPACING, WINDOW_GAP = 1.45, 0.06  # metres; share of the spacing
DARK = (0.04, 0.04, 0.04)
AMBER, HEADLAMP, TAIL_LAMP = (0.9, 0.5, 0.05), (0.8, 0.8, 0.75), (0.55, 0.02, 0.02)


@compiled
def is_window(hit, half, height):
    """Say whether a place is glass; height in metres above the bus's floor."""
    if hit.face == SIDES:
        window = hit.z / WINDOW_SPACING
        return (1.0 < height < 2.15 and window - math.floor(window) > WINDOW_GAP
                and abs(hit.z) < half[2] - 0.3)
    lowest = 0.95 if hit.z > 0 else 1.35
    return lowest < height < 2.2 and abs(hit.x) < half[0] - 0.15


@compiled
def bus_end(hit, primitive, height):
    """Return colour and glow of the front or the back outside of the windows."""
    if 2.35 < height < 2.65:
        letters = noise(hit.x * 9, 3.0, primitive.texture_seed) > 0.5 and abs(hit.x) < 0.8
        return (AMBER, 0.5) if letters else (DARK, 0.0)
    if abs(hit.x) > primitive.half[0] - 0.4 and 0.62 < height < 0.95:
        return (HEADLAMP, 0.2) if hit.z > 0 else (TAIL_LAMP, 0.15)
    return triple(primitive.colour), 0.0


@compiled
def bus(hit, primitive):
    """Return a bus."""
    height = hit.y + primitive.half[1]
    colour, glow = triple(primitive.colour), 0.0
    if hit.face == TOP_OR_BOTTOM:
        return Surface(colour, hit.normal, PAINT_GLOSS, 0.0, 1.0)
    if is_window(hit, primitive.half, height):
        along = hit.z if hit.face == SIDES else hit.x
        dark = 0.05 + 0.06 * noise(along, height * 2, primitive.texture_seed)
        return Surface((dark, dark * 1.05, dark * 1.1), hit.normal, GLASS_GLOSS, 0.0, 1.0)
    if hit.face == ENDS:
        colour, glow = bus_end(hit, primitive, height)
    if height < 0.3:
        colour = DARK
    elif height < 0.62:
        colour = triple(primitive.accent)
    return Surface(colour, hit.normal, PAINT_GLOSS, glow, 1.0)
