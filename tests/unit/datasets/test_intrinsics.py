"""Cameras of resized images."""

import pytest

from mmmtl.datasets.intrinsics import NYUV2_INTRINSICS, NYUV2_SIZE, Intrinsics


def test_a_resized_image_shows_a_point_at_the_resized_place():
    camera, (X, Y, Z) = Intrinsics(500., 510., 319.5, 100.), (0.3, -0.2, 2.)
    half = camera.scaled((480, 640), (240, 160))
    u, v = camera.fx * X / Z + camera.cx, camera.fy * Y / Z + camera.cy
    assert half.fx * X / Z + half.cx == pytest.approx((u + 0.5) / 4 - 0.5)  # edges stay edges
    assert half.fy * Y / Z + half.cy == pytest.approx((v + 0.5) / 2 - 0.5)


def test_the_same_size_changes_nothing():
    assert NYUV2_INTRINSICS.scaled(NYUV2_SIZE, NYUV2_SIZE) == pytest.approx(NYUV2_INTRINSICS)
