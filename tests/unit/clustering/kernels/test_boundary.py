"""Squared distances that are within a radius beyond doubt."""

import math

import numpy as np
import pytest

from mmmtl.clustering.kernels.boundary import certain_squares


@pytest.mark.parametrize('radius', (0.1, 0.5, 1.0, 1.5, 2.1, 5.0, 12.25, 1e3))
def test_decimal_radius_is_within_itself(radius: float) -> None:
    inside, outside = certain_squares(radius)
    assert inside == radius * radius < outside < inside * (1 + 2e-14)


@pytest.mark.parametrize('radius', (2**0.5, 13**0.5, 1 / 3, 1e-3 / 7, 1e5 / 3))
def test_doubtful_distances_are_between(radius: float) -> None:
    inside, outside = certain_squares(radius)
    distance = math.sqrt(inside)
    assert np.around(np.around(distance, 15), 15) <= radius
    distance = math.sqrt(np.nextafter(outside, math.inf))
    assert distance > radius and distance**2 > radius * radius
    assert outside - inside < 1e-14 * radius + 4e-14 * radius**2


@pytest.mark.parametrize('radius', (1.6e-15, 1e-200, 1e200))
def test_nothing_is_certain_of_extreme_radii(radius: float) -> None:
    assert certain_squares(radius)[0] == -1
