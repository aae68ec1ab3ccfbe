"""The ground floor of a house: shop windows with a name above, or doors and windows."""

import math

from street_scenes.colours import scaled, triple
from street_scenes.compiled import compiled
from street_scenes.noise import hash_unit, noise

BAYS_A_WINDOW = 1.5  # bays are wider than the windows above them
# Where the bays start; far from 0, so that their numbers stay positive.
BAY_OFFSET = 100.3
SHOPS = 0.55  # share of houses with a shop
SHOP_GLOSS = 0.4
WINDOW_FRAME, SHOP_MULLION, LETTERS = (0.6, 0.6, 0.57), (0.3, 0.3, 0.3), (0.85, 0.85, 0.8)


@compiled
def shop(along, height, across, colour, primitive):
    """Return colour and gloss of a shop; `across` is 0 to 1 over its bay."""
    seed = primitive.texture_seed
    if 0.07 < across < 0.93 and 0.45 < height < 2.7:
        if 0.48 < across < 0.50:
            return SHOP_MULLION, SHOP_GLOSS
        goods = 0.07 + 0.22 * noise(along * 1.7, height * 1.3, seed + 2)
        return (goods * 1.1, goods, goods * 0.9), SHOP_GLOSS
    if 2.75 < height < 3.4:
        lettering = 2.95 < height < 3.2 and 0.2 < across < 0.8
        if lettering and noise(along * 6, 1.0, seed) > 0.5:
            return LETTERS, 0.0
        return triple(primitive.accent), 0.0
    return colour, 0.0


@compiled
def door_or_window(height, across, kind, colour, primitive):
    """Return the colour of a bay of a house without a shop."""
    if kind > 0.6 and 0.35 < across < 0.66 and height < 2.3:
        return scaled(triple(primitive.accent), 0.6)
    if kind <= 0.6 and 0.25 < across < 0.75 and 0.95 < height < 2.4:
        if across < 0.29 or across > 0.71 or height > 2.3 or height < 1.03:
            return WINDOW_FRAME
        dark = 0.08 + 0.1 * kind
        return (dark, dark, dark * 1.1)
    if height < 0.6:
        return scaled(colour, 0.7)  # the plinth
    return colour


@compiled
def ground_floor(along, height, colour, primitive):
    """Return colour and gloss of the wall below the first floor."""
    seed = primitive.texture_seed
    place = along / (primitive.detail[0] * BAYS_A_WINDOW) + BAY_OFFSET
    bay = math.floor(place)
    across = place - bay
    if hash_unit(seed, 11, 2) > 1 - SHOPS:
        return shop(along, height, across, colour, primitive)
    kind = hash_unit(int(bay), 77, seed)
    return door_or_window(height, across, kind, colour, primitive), 0.0
