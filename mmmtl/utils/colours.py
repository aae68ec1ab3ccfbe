"""Colours for what has none of its own."""

import colorsys

import numpy as np


def distinct_colours(count: int) -> np.ndarray:
    """(count, 3) bright RGB colours, uint8; neighbours differ most (hues by the golden ratio)."""
    colours = [
        colorsys.hsv_to_rgb((0.08 + 0.618034 * i) % 1, (0.95, 0.55, 0.75)[i % 3],
                            (1., 0.9)[i // 3 % 2]) for i in range(count)
    ]
    return (np.array(colours).reshape(-1, 3) * 255).round().astype(np.uint8)
