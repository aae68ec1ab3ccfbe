"""Where a primitive lets the ray through: crowns of trees, wheels of bicycles, bars of fences."""

import math

from street_scenes.compiled import compiled
from street_scenes.noise import noise
from street_scenes.primitives import Material

# Bicycle wheels: tyre and hub as shares of the radius, spokes as a share of the gap.
TYRE, HUB, SPOKES, SPOKE_WIDTH = 0.86, 0.12, 20, 0.07
# Fences, metres.
BAR_SPACING, BAR_SHARE, TOP_RAIL, LOW_RAIL = 0.16, 0.4, 0.08, 0.05


@compiled
def has_holes(material):
    """Say whether a material has holes at all."""
    return (material == Material.FOLIAGE or material == Material.BICYCLE_WHEEL
            or material == Material.FENCE)


@compiled
def is_solid(primitive, point):
    """Say whether the surface at a local point stops the ray."""
    x, y, z = point
    if primitive.material == Material.FOLIAGE:
        knots, holes = primitive.detail[0], primitive.detail[1]
        seed = primitive.texture_seed
        return noise((x + 1.7 * y) * knots, (z - 1.3 * y) * knots + seed, seed) > holes
    if primitive.material == Material.BICYCLE_WHEEL:
        radius = math.sqrt(x * x + z * z) / primitive.half[0]
        if radius > TYRE or radius < HUB:
            return True
        turn = math.atan2(x, z) * SPOKES / (2 * math.pi)
        return abs(turn - math.floor(turn) - 0.5) < SPOKE_WIDTH
    if primitive.material == Material.FENCE:
        bar = z / BAR_SPACING
        top = y > primitive.half[1] - TOP_RAIL
        low = abs(y + 0.5 * primitive.half[1]) < LOW_RAIL
        return bar - math.floor(bar) < BAR_SHARE or top or low
    return True
