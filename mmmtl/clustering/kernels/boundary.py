"""Which squared distances are within a radius beyond doubt, in spite of rounding.

scikit-learn asks the same question in several ways: squared distance <= radius * radius at a vote,
distance <= radius at a node of its tree and for core distances, and distance rounded to 15
decimals <= radius at the end. They agree but for distances within a few units in the last place
of the radius.
"""

import math

import numpy as np


def certain_squares(radius: float) -> tuple[float, float]:
    """Two squared distances: up to the first all say 'within', above the second all say 'not'.

    For a radius of up to 15 decimal digits the first is its square, so that distances of exactly
    the radius, as whole pixels have them, are within.
    """
    square = radius * radius
    inside = square
    if np.around(radius, 15) > radius or math.sqrt(square) > radius:
        less = max(0.0, radius * (1 - 1e-14) - 2e-15)
        inside = less * less
    if inside == 0 or not math.isfinite(square):
        inside = -1.0  # nothing is certain
    return inside, square * (1 + 1e-14)
