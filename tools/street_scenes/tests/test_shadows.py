"""Shadows on the ground in closed form, and the blur against SciPy's."""

import math

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

pytest.importorskip('numba')
from street_scenes.frames import UPRIGHT
from street_scenes.ground import Street
from street_scenes.labels import Label
from street_scenes.layout.weather import draw_light
from street_scenes.light import SKYLINE_LENGTH, Skyline, hidden_by_houses
from street_scenes.primitives import Paint, PrimitiveTable, stuff
from street_scenes.shadows import (
    CELL,
    COLUMNS,
    ORIGIN_X,
    ORIGIN_Z,
    ROWS,
    blur,
    cast_shadows,
    interpolate,
)
from street_scenes.solids import box, ellipsoid

SUN = (0.48, 0.6, 0.64)  # a unit vector
CENTRES = np.meshgrid(ORIGIN_X + (np.arange(COLUMNS) + 0.5) * CELL,
                      ORIGIN_Z + (np.arange(ROWS) + 0.5) * CELL)


def shadow_of(solid, sun=SUN):
    table = PrimitiveTable()
    table.add(solid, Paint(), stuff(Label.BUILDING))
    darkness = np.zeros((ROWS, COLUMNS))
    cast_shadows(*table.arrays(), sun, darkness)
    return darkness


def test_a_ball_shades_the_cells_whose_rays_pass_within_its_radius():
    centre, radius = np.array([1.0, 3.0, 30.0]), 2.0
    points = np.stack([CENTRES[0], np.zeros_like(CENTRES[0]), CENTRES[1]], axis=-1) - centre
    distance = np.linalg.norm(np.cross(points, SUN), axis=-1)
    darkness = shadow_of(ellipsoid(UPRIGHT, tuple(centre), (radius,) * 3))
    assert darkness.sum() > 300
    np.testing.assert_array_equal(darkness > 0, distance < radius)


def test_a_box_seen_from_above_is_its_own_shadow():
    darkness = shadow_of(box(UPRIGHT, (0.0, 1.0, 20.0), (1.03, 1.0, 2.03)), (0.0, 1.0, 0.0))
    expected = (np.abs(CENTRES[0]) < 1.03) & (np.abs(CENTRES[1] - 20) < 2.03)
    np.testing.assert_array_equal(darkness > 0, expected)


@pytest.mark.parametrize('radius', [1, 2, 3])
def test_blur_is_a_box_filter(radius):
    values = np.random.default_rng(0).random((40, 50))
    expected = uniform_filter(values, 2 * radius + 1, mode='nearest')
    np.testing.assert_allclose(blur(values, radius), expected, atol=1e-12)


def test_interpolation_gives_cells_at_their_centres_and_means_between_them():
    darkness = np.random.default_rng(0).random((ROWS, COLUMNS))
    x, z = CENTRES[0][0, 7], CENTRES[1][11, 0]
    assert interpolate(darkness, x, z) == pytest.approx(darkness[11, 7])
    middle = interpolate(darkness, x + CELL / 2, z + CELL / 2)
    assert middle == pytest.approx(darkness[11:13, 7:9].mean())
    assert interpolate(darkness, -1000.0, z) == 0


class Sunny:
    """A source of chance that always says yes and halfway."""

    def happens(self, probability):
        return True

    def uniform(self, low, high):
        return (low + high) / 2

    def unit(self):
        return 0.5

    def integer(self, count):
        return 0


def test_houses_shade_what_lies_below_the_line_to_the_sun():
    light = draw_light(Sunny())._replace(sun_direction=(math.cos(0.5), math.sin(0.5), 0.0))
    skyline = Skyline(10.0, np.stack([np.zeros(SKYLINE_LENGTH), np.full(SKYLINE_LENGTH, 6.0)]))
    street = Street(0.0, 4.0, 900.0, 910.0, 900.0, 900.0)
    edge = 10 - 6 / math.tan(0.5)  # where the shadow of 6 m houses at x = 10 ends
    assert hidden_by_houses((edge + 0.01, 0.0, 20.0), light, street, skyline)
    assert not hidden_by_houses((edge - 0.01, 0.0, 20.0), light, street, skyline)
    assert not hidden_by_houses((edge + 0.01, 0.1, 20.0), light, street, skyline)
    west = light._replace(sun_direction=(-math.cos(0.5), math.sin(0.5), 0.0))
    assert not hidden_by_houses((edge + 0.01, 0.0, 20.0), west, street, skyline)
