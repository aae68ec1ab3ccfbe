"""Depth and surfaces against K [R|t], built here from the conventions of Cityscapes."""

import numpy as np
import pytest

pytest.importorskip('numba')
from street_scenes.bounds import Bounds
from street_scenes.camera import (
    FAR_AWAY,
    cityscapes_calibration,
    make_camera,
)
from street_scenes.frames import along, standing
from street_scenes.ground import Street
from street_scenes.labels import Label
from street_scenes.primitives import Paint, PrimitiveTable, stuff
from street_scenes.raster import cast_rays, draw_primitives
from street_scenes.solids import Slice, box, cylinder, ellipsoid, frustum
from street_scenes.surfaces import SKY

WIDTH, HEIGHT = 128, 64
POSITION, PITCH, YAW = (1.0, 1.3, 0.0), 0.05, 0.12
STREET = Street(0.0, 4.0, 900.0, 910.0, 900.0, 900.0)
TILTED, _ = along((0.0, 0.0, 0.0), (0.4, 1.0, 0.7))
FRAME = standing(-2.5, 0.0, 11.0, 0.6)
SOLIDS = [
    ellipsoid(TILTED, (0.5, 1.5, 9.0), (0.6, 1.4, 0.9)),
    box(TILTED, (-1.0, 1.6, 9.0), (0.8, 0.5, 1.0)),
    cylinder(TILTED, (-0.5, 1.0, 8.0), 0.7, 0.9),
    frustum(FRAME, 0.2, 1.6, Slice(-1.5, 1.8, 0.9), Slice(-1.0, 0.6, 0.5)),
]


def world_to_pixels(calibration):
    """Return the 3 x 4 projection of a camera.json, for world points (right, up, forward).

    Cityscapes: the vehicle's x looks forward, y left, z up; the camera is turned in it by
    Rz(yaw) Ry(pitch) and itself looks along x, so a positive pitch looks down.
    """
    extrinsic, intrinsic = calibration['extrinsic'], calibration['intrinsic']
    cos, sin = np.cos(extrinsic['yaw']), np.sin(extrinsic['yaw'])
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    cos, sin = np.cos(extrinsic['pitch']), np.sin(extrinsic['pitch'])
    tilt = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    vehicle_from_world = np.array([[0, 0, 1], [-1, 0, 0], [0, 1, 0]])
    optical_from_camera = np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]])
    rotation = optical_from_camera @ (turn @ tilt).T @ vehicle_from_world
    position = np.array([POSITION[0], extrinsic['z'], POSITION[2]])
    matrix = np.array([[intrinsic['fx'], 0, intrinsic['u0']], [0, intrinsic['fy'], intrinsic['v0']],
                       [0, 0, 1]])
    return matrix @ np.column_stack([rotation, -rotation @ position])


@pytest.fixture(scope='module')
def camera():
    return make_camera(WIDTH, HEIGHT, POSITION, PITCH, YAW)


@pytest.fixture(scope='module')
def projection(camera):
    return world_to_pixels(cityscapes_calibration(camera, PITCH, YAW))


def tabulate(solids):
    table = PrimitiveTable()
    for solid in solids:
        table.add(solid, Paint(), stuff(Label.BUILDING))
    return table.arrays()


def local_points(solid, points):
    """Return world points in the solid's frame."""
    return (points - np.array(solid.centre)) @ np.array(solid.rotation)


def outside(solid, points):
    """Return how far points are outside of a solid: 0 on its surface, negative inside."""
    x, y, z = local_points(solid, points).T
    half = solid.half
    if solid.planes:
        return np.max([n[0] * x + n[1] * y + n[2] * z - n[3] for n in solid.planes], axis=0)
    if solid.shape == 0:
        return np.max([abs(x) - half[0], abs(y) - half[1], abs(z) - half[2]], axis=0)
    if solid.shape == 1:
        return np.sqrt((x / half[0]) ** 2 + (y / half[1]) ** 2 + (z / half[2]) ** 2) - 1
    return np.maximum(np.hypot(x, z) - half[0], abs(y) - half[1])


def unproject(projection, depth):
    """Return the world points of a depth map, by solving with the 3 x 4 matrix."""
    v, u = np.mgrid[:depth.shape[0], :depth.shape[1]]
    pixels = np.stack([u * depth, v * depth, depth], axis=-1) - projection[:, 3]
    return pixels @ np.linalg.inv(projection[:, :3]).T


@pytest.mark.parametrize('solid', SOLIDS, ids=lambda solid: solid.shape.name)
def test_unprojected_depth_lies_on_the_surface(solid, camera, projection):
    _, depth, surface = cast_rays(*tabulate([solid]), STREET, camera, WIDTH, HEIGHT)
    seen = surface == 0
    assert seen.sum() > 100
    points = unproject(projection, depth)
    assert np.abs(outside(solid, points[seen])).max() < 1e-6
    # The nearer side: a little before each point the ray is outside.
    assert (outside(solid, unproject(projection, depth * 0.999)[seen]) > 0).all()


@pytest.mark.parametrize('solid', SOLIDS, ids=lambda solid: solid.shape.name)
def test_projected_points_are_hidden_by_nothing_behind_them(solid, camera, projection):
    _, depth, surface = cast_rays(*tabulate([solid]), STREET, camera, WIDTH, HEIGHT)
    rng = np.random.default_rng(1)
    inner = rng.uniform(-1, 1, (4000, 3)) * np.array(solid.half)
    points = inner @ np.array(solid.rotation).T + np.array(solid.centre)
    points = points[outside(solid, points) < 0]
    u, v, z = projection @ np.column_stack([points, np.ones(len(points))]).T
    columns, rows = np.rint(u / z).astype(int), np.rint(v / z).astype(int)
    visible = (columns >= 1) & (columns < WIDTH - 1) & (rows >= 1) & (rows < HEIGHT - 1)
    assert visible.sum() > 300
    columns, rows, z = columns[visible], rows[visible], z[visible]
    # Up to a pixel at the silhouette, what is in the solid projects onto it and lies behind it.
    around = [(slice(None), rows + i, columns + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    maps = np.stack([np.where(surface == 0, depth, FAR_AWAY)])
    assert (np.min([maps[place][0] for place in around], axis=0) < z + 0.01).all()


def test_nearest_surface_wins_and_order_does_not_matter(camera):
    depths = []
    for solids in (SOLIDS, SOLIDS[::-1]):
        depths.append(cast_rays(*tabulate(solids), STREET, camera, WIDTH, HEIGHT)[1])
    alone = [cast_rays(*tabulate([solid]), STREET, camera, WIDTH, HEIGHT)[1] for solid in SOLIDS]
    np.testing.assert_array_equal(depths[0], np.min(alone, axis=0))
    np.testing.assert_array_equal(depths[0], depths[1])


def test_bounds_leave_nothing_out(camera):
    rng = np.random.default_rng(2)
    for _ in range(60):
        centre = tuple(rng.uniform((-4, -1, -2), (4, 4, 8)))
        half = tuple(rng.uniform(0.1, 2.5, 3))
        solid = (box, ellipsoid)[rng.integers(2)](TILTED, centre, half)
        primitives, planes = tabulate([solid])
        clipped = cast_rays(primitives, planes, STREET, camera, WIDTH, HEIGHT)[2] == 0
        depth, surface = np.full((HEIGHT, WIDTH), FAR_AWAY), np.full((HEIGHT, WIDTH), SKY)
        one = np.ones(1, np.int64)
        everywhere = Bounds(0 * one, WIDTH * one, 0 * one, HEIGHT * one, np.full(1, 0.25))
        draw_primitives(primitives, planes, everywhere, camera, depth, surface)
        np.testing.assert_array_equal(clipped, (surface == 0) & above_ground(camera, depth))


def above_ground(camera, depth):
    """Return where a depth is nearer than the ground of a street without objects."""
    nothing = tabulate([])
    return depth < cast_rays(*nothing, STREET, camera, WIDTH, HEIGHT)[1]


def test_intrinsics_are_the_official_ones_at_full_size():
    full = make_camera(2048, 1024, POSITION, 0, 0)
    assert full[:4] == pytest.approx((2262.52, 2265.30, 1096.98, 513.137))


@pytest.mark.parametrize(('width', 'height'), [(512, 256), (128, 64), (1024, 512)])
def test_scaled_camera_sees_the_same_share_of_the_image(width, height):
    point = np.array([1.7, -0.4, 12.0])
    places = []
    for columns, rows in ((2048, 1024), (width, height)):
        fx, fy, u0, v0, *_ = make_camera(columns, rows, POSITION, 0, 0)
        u, v = fx * point[0] / point[2] + u0, fy * point[1] / point[2] + v0
        places.append(((u + 0.5) / columns, (v + 0.5) / rows))
    assert places[0] == pytest.approx(places[1])


def test_a_taller_image_keeps_the_shape_of_pixels():
    wide, tall = make_camera(512, 256, POSITION, 0, 0), make_camera(512, 384, POSITION, 0, 0)
    assert (wide.fx, wide.fy, wide.u0) == (tall.fx, tall.fy, tall.u0)
    assert (tall.v0 + 0.5) / 384 == pytest.approx((wide.v0 + 0.5) / 256)
