"""From linear light to the 8-bit image: lens blur, exposure, tone curve, noise."""

import math
from typing import NamedTuple

import numpy as np

from street_scenes.compiled import compiled

# A 3 x 3 blur: weights of the middle, of the four neighbours and of the four corners.
MIDDLE, NEIGHBOUR, CORNER = 0.56, 0.09, 0.02
NOISE_LEVELS = 3.0  # standard deviation, in 8-bit levels


class Exposure(NamedTuple):
    """Gain of the sensor for red, green and blue."""

    red: float
    green: float
    blue: float


@compiled
def tone(light):
    """Return the 8-bit level (not rounded) of a linear light: highlights roll off."""
    value = light * (1 + light * 0.35) / (1 + light * 0.85) if light < 40 else 1.0
    if value < 0.7:
        value *= 0.72 + 0.40 * value  # a little contrast
    return 255 * math.sqrt(value)


@compiled
def develop(image, exposure, noise):
    """Return the uint8 RGB image of a linear one; `noise` is standard normal, one a pixel."""
    height, width, _ = image.shape
    developed = np.empty((height, width, 3), np.uint8)
    gains = (exposure.red, exposure.green, exposure.blue)
    for v in range(height):
        above, below = max(0, v - 1), min(height - 1, v + 1)
        for u in range(width):
            left, right = max(0, u - 1), min(width - 1, u + 1)
            for channel in range(3):
                neighbours = (image[above, u, channel] + image[below, u, channel]
                              + image[v, left, channel] + image[v, right, channel])
                corners = (image[above, left, channel] + image[above, right, channel]
                           + image[below, left, channel] + image[below, right, channel])
                blurred = (MIDDLE * image[v, u, channel] + NEIGHBOUR * neighbours
                           + CORNER * corners)
                level = (tone(max(0.0, blurred * gains[channel]))
                         + NOISE_LEVELS * noise[v, u] + 0.5)
                developed[v, u, channel] = int(min(255.0, max(0.0, level)))
    return developed
