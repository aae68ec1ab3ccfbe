"""Hashed value noise: the texture of everything."""

import math

from street_scenes.compiled import compiled

MASK_32_BITS = 0xFFFFFFFF
MASK_24_BITS = 0xFFFFFF


@compiled
def hash_unit(i, j, seed):
    """Return a number from [0, 1] that depends on three integers."""
    bits = (i * 374761393 + j * 668265263 + seed * 2147483647) & MASK_32_BITS
    bits = ((bits ^ (bits >> 13)) * 1274126177) & MASK_32_BITS
    return ((bits ^ (bits >> 16)) & MASK_24_BITS) / 16777216.0


@compiled
def smooth_step(fraction):
    """Ease a fraction from [0, 1] in and out."""
    return fraction * fraction * (3.0 - 2.0 * fraction)


@compiled
def noise(x, y, seed):
    """Return smooth noise from [0, 1] with one knot a unit of x and y."""
    floor_x, floor_y = math.floor(x), math.floor(y)
    i, j = int(floor_x), int(floor_y)
    a, b = smooth_step(x - floor_x), smooth_step(y - floor_y)
    low = hash_unit(i, j, seed) * (1 - a) + hash_unit(i + 1, j, seed) * a
    high = hash_unit(i, j + 1, seed) * (1 - a) + hash_unit(i + 1, j + 1, seed) * a
    return low * (1 - b) + high * b
