"""Traffic signs and traffic lights."""

import math

from street_scenes.colours import BLACK_PLASTIC, triple
from street_scenes.compiled import compiled
from street_scenes.details import LETTERED, NO_ENTRY
from street_scenes.materials.surface import ENDS, Surface
from street_scenes.noise import noise
from street_scenes.solids import Shape

RIM = 0.74  # share of a sign's size from which its border begins
BAR = 0.2  # half height of the bar of "no entry", as a share of the radius
WHITE, LETTERS, BACK = (0.85, 0.85, 0.85), (0.08, 0.08, 0.1), (0.35, 0.35, 0.36)
REFLECTIVE = 0.12  # glow of a sign's foil
LAMP_SPACING, LAMP_AREA = 0.62, 0.52  # share of the half height; squared share of the half width
LAMP_COLOURS = ((1.0, 0.06, 0.04), (1.0, 0.6, 0.03), (0.05, 1.0, 0.45))
LAMP_GLOW, DARK_LAMP = 0.8, 0.1


@compiled
def sign_picture(hit, primitive):
    """Return the colour of a sign's front."""
    picture, radius = primitive.detail[0], primitive.half[0]
    if primitive.shape == Shape.CYLINDER:  # local z looks down
        from_middle = math.sqrt(hit.x * hit.x + hit.z * hit.z) / radius
    else:
        from_middle = max(abs(hit.x) / radius, abs(hit.y) / primitive.half[1])
    if from_middle > RIM and picture != NO_ENTRY:
        return triple(primitive.accent)
    if picture == NO_ENTRY and abs(hit.z) < BAR * radius:
        return WHITE
    letters = noise(hit.x * 14, (hit.y + hit.z) * 14, primitive.texture_seed) > 0.6
    if picture == LETTERED and letters:
        return LETTERS
    return triple(primitive.colour)


@compiled
def sign(hit, primitive):
    """Return a sign: a picture on the side that looks back along the street, metal behind."""
    if primitive.shape == Shape.BOX or hit.normal[1] < -0.5:
        return Surface(sign_picture(hit, primitive), hit.normal, 0.0, REFLECTIVE, 1.0)
    return Surface(BACK, hit.normal, 0.0, 0.0, 1.0)


@compiled
def traffic_light(hit, primitive):
    """Return three lamps in a black housing, one of them on."""
    if hit.face == ENDS:
        half = primitive.half
        for lamp in range(3):
            middle = half[1] * LAMP_SPACING * (1 - lamp)
            if (hit.x / half[0]) ** 2 + ((hit.y - middle) / half[0]) ** 2 < LAMP_AREA:
                bright = lamp == int(primitive.detail[0])
                level, glow = (1.0, LAMP_GLOW) if bright else (DARK_LAMP, 0.0)
                red, green, blue = LAMP_COLOURS[lamp]
                return Surface((red * level, green * level, blue * level), hit.normal, 0.0, glow,
                               1.0)
    return Surface(BLACK_PLASTIC, hit.normal, 0.0, 0.0, 1.0)
