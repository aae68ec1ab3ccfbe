"""Normals from the depth of planes and spheres, with noise, holes, edges, zooms and flips."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.datasets.intrinsics import Intrinsics
from mmmtl.datasets.transforms.normals_from_depth import default_window, normals_from_depth
from mmmtl.utils.units import flip_normals, zoom_normals

CAMERA = Intrinsics(120., 125., 31.2, 22.7)
SHAPE = (48, 64)
# Slopes of planes that the whole image sees: of x / z and y / z on the horizon's own side.
slopes = st.floats(-1.2, 1.2)
factors = st.floats(0.5, 2.)


def rays(shape, camera):
    rows, columns = np.mgrid[:shape[0], :shape[1]]
    return np.stack([(columns - camera.cx) / camera.fx, (rows - camera.cy) / camera.fy,
                     np.ones(shape)], axis=-1)


def plane(normal, distance=2., shape=SHAPE, camera=CAMERA):
    """Depth of the plane through (0, 0, distance)."""
    return normal[2] * distance / (rays(shape, camera) @ normal)


def facing(x, y):
    vector = np.array([x, y, -1.])
    return vector / np.linalg.norm(vector)


def angles(a, b):
    return np.degrees(np.arccos(np.clip((a * b).sum(-1), -1, 1)))


@given(slopes, slopes, st.floats(0.5, 10), st.sampled_from([3, 5, 9, None]))
def test_planes_are_exact(x, y, distance, window):
    normals = normals_from_depth(plane(facing(x, y), distance), CAMERA, window, max_jump=0.5)
    assert normals.dtype == np.float32 and normals.shape == (*SHAPE, 3)
    np.testing.assert_allclose(normals, np.broadcast_to(facing(x, y), normals.shape), atol=1e-5)


def test_the_floor_points_up_and_a_wall_to_the_camera():
    floor = np.full(SHAPE, np.nan)
    below = rays(SHAPE, CAMERA)[..., 1]
    floor[30:] = 1.5 / below[30:]  # 1.5 m below the camera
    found = normals_from_depth(floor, CAMERA, 5, max_jump=0.5)
    np.testing.assert_allclose(found[34:46, 3:-3], np.broadcast_to([0, -1, 0], (12, 58, 3)),
                               atol=1e-5)
    wall = normals_from_depth(np.full(SHAPE, 3.), CAMERA)
    np.testing.assert_allclose(wall, np.broadcast_to([0, 0, -1], wall.shape), atol=1e-6)


def test_a_sphere():
    directions = rays(SHAPE, CAMERA)
    centre, radius = np.array([0.05, -0.02, 3.]), 0.5
    a, b = (directions**2).sum(-1), directions @ centre
    root = b * b - a * (centre @ centre - radius**2)
    depth = np.where(root > 0, (b - np.sqrt(np.abs(root))) / a, np.nan)
    normals = normals_from_depth(depth, CAMERA, 3, max_jump=0.1)
    truth = (directions * depth[..., None] - centre) / radius
    steep = angles(truth, -directions / np.sqrt(a)[..., None])
    inner = steep < 60  # towards the rim the curve of a window grows without bound
    assert inner.sum() > 500 and np.isfinite(normals[inner]).all()
    assert angles(truth, normals)[inner].max() < 3
    assert np.isnan(normals[np.isnan(depth)]).all()


def test_noise_of_a_kinect_and_why_not_cross_products():
    camera, shape, truth = Intrinsics(519., 519., 59.5, 49.5), (100, 120), facing(0.577, 0)
    depth = plane(truth, 2., shape, camera)
    noise = np.random.default_rng(0).standard_normal(shape)
    depth = depth + (0.0012 + 0.0019 * (depth - 0.4)**2) * noise  # Nguyen et al. 2012
    points = rays(shape, camera) * depth[..., None]
    crossed = np.cross(points[2:, 1:-1] - points[:-2, 1:-1], points[1:-1, 2:] - points[1:-1, :-2])
    crossed /= np.linalg.norm(crossed, axis=-1, keepdims=True)
    assert np.median(angles(normals_from_depth(depth, camera), truth)) < 1.
    assert np.median(angles(crossed, truth)) > 20


def test_surfaces_do_not_mix_across_a_jump():
    depth = np.where(np.arange(SHAPE[1]) < 30, plane(facing(0.4, 0)), plane(facing(-0.3, 0.5), 4.))
    normals = normals_from_depth(depth, CAMERA, 7)
    np.testing.assert_allclose(normals[:, :30], np.broadcast_to(facing(0.4, 0), (48, 30, 3)),
                               atol=1e-5)
    np.testing.assert_allclose(normals[:, 30:], np.broadcast_to(facing(-0.3, 0.5), (48, 34, 3)),
                               atol=1e-5)


@pytest.mark.parametrize('hole', [np.nan, np.inf, 0., -1.])
def test_unmeasured_pixels(hole):
    depth = plane(facing(0.2, 0.3))
    chance = np.random.default_rng(1).random(SHAPE) < 0.3
    depth[chance] = hole
    normals = normals_from_depth(depth, CAMERA, 7)
    assert np.isnan(normals[chance]).all()
    known = np.isfinite(normals).all(-1)
    assert known[~chance].mean() > 0.99
    np.testing.assert_allclose(normals[known], np.broadcast_to(facing(0.2, 0.3),
                                                               normals[known].shape), atol=1e-5)


def test_a_strip_a_point_and_nothing_have_no_normal():
    for rows in (slice(20, 21), slice(20, 22), slice(0, 0)):
        depth = np.full(SHAPE, np.nan)
        depth[rows] = 2.
        assert np.isnan(normals_from_depth(depth, CAMERA, 9)).all()


@settings(max_examples=40)
@given(slopes, slopes, factors, factors)
def test_normals_of_a_zoomed_depth_are_the_zoomed_normals(x, y, zoom_x, zoom_y):
    """A network sees the enlarged picture as one of the same camera: depth / s, f as it was."""
    shape = tuple(round(side * zoom) for side, zoom in zip(SHAPE, (zoom_y, zoom_x), strict=True))
    zoom_y, zoom_x = np.divide(shape, SHAPE)
    physical = CAMERA.scaled(SHAPE, shape)  # sees the same scene at the new size
    depth = plane(facing(x, y), 2., shape, physical)
    seen = normals_from_depth(depth / zoom_x, physical._replace(fx=CAMERA.fx, fy=CAMERA.fy), 5)
    truth = normals_from_depth(depth, physical, 5)
    np.testing.assert_allclose(seen, zoom_normals(truth, zoom_x, zoom_y), atol=2e-5)


@given(slopes, slopes, st.sampled_from(['horizontal', 'vertical', 'diagonal']))
def test_normals_of_a_flipped_depth_are_the_flipped_normals(x, y, direction):
    mirrored = dict(horizontal=(1, ), vertical=(0, ), diagonal=(0, 1))[direction]
    camera = CAMERA
    if 1 in mirrored:
        camera = camera._replace(cx=SHAPE[1] - 1 - camera.cx)
    if 0 in mirrored:
        camera = camera._replace(cy=SHAPE[0] - 1 - camera.cy)
    depth = plane(facing(x, y))
    seen = normals_from_depth(np.flip(depth, mirrored), camera, 5)
    turned = flip_normals(np.flip(normals_from_depth(depth, CAMERA, 5), mirrored), direction)
    np.testing.assert_allclose(seen, turned, atol=1e-5)


def test_windows():
    assert [default_window(fx) for fx in (519, 311, 156, 60, 2262)] == [21, 13, 7, 5, 21]


@pytest.mark.parametrize(('options', 'message'), [
    (dict(window=4), 'odd and at least 3 pixels, not 4'), (dict(max_jump=0), 'max_jump'),
    (dict(intrinsics=(0, 1, 1, 1)), 'fx=0'), (dict(depth=np.ones((2, 2, 1))), r'\(2, 2, 1\)')])
def test_errors(options, message):
    with pytest.raises(ValueError, match=message):
        normals_from_depth(**{**dict(depth=np.ones((4, 4)), intrinsics=CAMERA), **options})
