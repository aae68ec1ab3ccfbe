"""Materials of one idea: plain paint, roof tiles, a head, a wheel."""

import math

from street_scenes.colours import BLACK_PLASTIC, scaled, triple
from street_scenes.compiled import compiled
from street_scenes.materials.surface import TOP_OR_BOTTOM, Surface
from street_scenes.noise import noise

RIM = 0.62  # radius of a car's rim, as a share of the tyre's
RIM_SPOKES, SPOKE_SHARE, CAP_RADIUS = 5, 0.55, 0.2
TYRE_GREY, RIM_GREY, GAP_GREY = 0.025, 0.42, 0.08


@compiled
def plain(hit, primitive):
    """Return slightly uneven paint or cloth."""
    unevenness = 0.88 + 0.24 * noise(hit.x * 8 + hit.z * 5, hit.y * 8, primitive.texture_seed)
    return Surface(scaled(triple(primitive.colour), unevenness), hit.normal, 0.0, 0.0, 1.0)


@compiled
def roof(hit, primitive):
    """Return tiles seen from afar."""
    unevenness = 0.85 + 0.3 * noise(hit.x * 5 + hit.z * 5, hit.y * 9, primitive.texture_seed)
    return Surface(scaled(triple(primitive.colour), unevenness), hit.normal, 0.0, 0.0, 1.0)


@compiled
def head(hit, primitive):
    """Return skin with hair (accent) on top and behind."""
    hair = hit.y > 0.25 * primitive.half[1] or hit.z < -0.1 * primitive.half[2]
    colour = triple(primitive.accent) if hair else triple(primitive.colour)
    return Surface(colour, hit.normal, 0.0, 0.0, 1.0)


@compiled
def wheel(hit, primitive):
    """Return a tyre with a rim of five spokes on its caps."""
    grey = TYRE_GREY
    radius = math.sqrt(hit.x * hit.x + hit.z * hit.z) / primitive.half[0]
    if hit.face == TOP_OR_BOTTOM and radius < RIM:
        turn = math.atan2(hit.x, hit.z) * RIM_SPOKES / (2 * math.pi)
        on_spoke = turn - math.floor(turn) < SPOKE_SHARE or radius < CAP_RADIUS
        grey = RIM_GREY if on_spoke else GAP_GREY
    return Surface((grey, grey, grey), hit.normal, 0.0, 0.0, 1.0)


@compiled
def bicycle_wheel(hit, primitive):
    """Return the black of a thin tyre."""
    return Surface(BLACK_PLASTIC, hit.normal, 0.0, 0.0, 1.0)
