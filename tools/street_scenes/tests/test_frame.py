"""Whole frames: encodings, consistency of the maps, the ground in closed form, determinism."""

import numpy as np
import pytest

pytest.importorskip('numba')
from street_scenes.camera import BASELINE, encode_disparity
from street_scenes.labels import Label
from street_scenes.render import render
from street_scenes.scene import build_scene
from street_scenes.seeds import SEED_LIMIT, frame_seed
from street_scenes.surfaces import renumber

CITYSCAPES_IDS = {7, 8, 11, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 28, 33}
THING_IDS = {24, 25, 26, 28, 33}
SEEDS = range(8)


@pytest.fixture(scope='module')
def frames():
    return [render(seed, 256, 128) for seed in SEEDS]


def heights(frame):
    """Return the height above the road of every pixel, from the calibration and the depth only.

    With Cityscapes' signs a ray (x, y, 1) of a camera pitched by p climbs by
    -(y cos p + sin p) a metre of depth, whatever the yaw.
    """
    intrinsic, extrinsic = frame.calibration['intrinsic'], frame.calibration['extrinsic']
    y = (np.arange(frame.depth.shape[0]) - intrinsic['v0']) / intrinsic['fy']
    climb = -(y * np.cos(extrinsic['pitch']) + np.sin(extrinsic['pitch']))
    return extrinsic['z'] + frame.depth * climb[:, None]


def test_shapes_and_types(frames):
    frame = frames[0]
    assert frame.image.shape == (128, 256, 3)
    assert frame.image.dtype == frame.label_ids.dtype == np.uint8
    assert frame.instance_ids.dtype == frame.disparity.dtype == np.uint16
    assert frame.label_ids.shape == frame.instance_ids.shape == frame.disparity.shape == (128, 256)
    assert 40 < frame.image.mean() < 220
    assert frame.image.std() > 20


def test_labels_are_those_of_cityscapes(frames):
    present = {int(label) for frame in frames for label in np.unique(frame.label_ids)}
    assert present <= CITYSCAPES_IDS
    assert {7, 8, 11, 17, 21, 23, 24, 26} <= present


def test_every_class_occurs_somewhere():
    present = set()
    for seed in range(60):
        present |= set(np.unique(build_scene(seed).primitives['label']).tolist())
    assert present == CITYSCAPES_IDS - {7, 8, 22, 23}  # these are the ground and the sky


def test_instances_agree_with_labels(frames):
    for frame in frames:
        instance, label = frame.instance_ids.astype(int), frame.label_ids.astype(int)
        is_thing = np.isin(label, list(THING_IDS))
        assert (instance[is_thing] // 1000 == label[is_thing]).all()
        assert (instance[~is_thing] == label[~is_thing]).all()


def test_instances_are_consecutive(frames):
    for frame in frames:
        ids = np.unique(frame.instance_ids)
        for label in THING_IDS:
            numbers = ids[ids // 1000 == label] % 1000
            assert numbers.tolist() == list(range(len(numbers)))


def test_renumbering_keeps_things_apart():
    ids = np.array([[26007, 26002, 7], [24999, 26007, 33000], [24000, 23, 26999]], np.uint16)
    expected = [[26001, 26000, 7], [24001, 26001, 33000], [24000, 23, 26002]]
    assert renumber(ids).tolist() == expected


def test_road_is_the_plane_of_height_zero(frames):
    for frame in frames:
        road = frame.label_ids == Label.ROAD
        assert road.sum() > 1000
        assert np.abs(heights(frame)[road]).max() < 1e-6


def test_pavement_and_grass_are_one_kerb_higher(frames):
    found = 0
    for frame in frames:
        height = heights(frame)[np.isin(frame.label_ids, [Label.SIDEWALK, Label.TERRAIN])]
        found += (np.abs(height - 0.12) < 1e-6).sum()
        assert ((height > -1e-6) & (height < 0.12 + 1e-6)).all()  # the rest are kerbs' faces
    assert found > 500


def test_nothing_is_below_the_road(frames):
    for frame in frames:
        assert heights(frame)[frame.label_ids != Label.SKY].min() > -1e-6


def test_cars_stand_on_the_road(frames):
    for frame in frames:
        car = frame.label_ids == Label.CAR
        if car.any():
            assert heights(frame)[car].max() < 2.1


def test_disparity_is_right_to_half_a_level(frames):
    for frame in frames:
        exact = BASELINE * frame.calibration['intrinsic']['fx'] / frame.depth
        measured = frame.label_ids != Label.SKY
        decoded = (frame.disparity.astype(float) - 1) / 256
        assert (frame.disparity[~measured] == 0).all()
        assert (frame.disparity[measured] > 0).all()
        assert np.abs(decoded - exact)[measured].max() <= 0.5 / 256 + 1e-9


def test_disparity_by_hand():
    # 0.209313 m * 2262.52 px / 20 m = 23.67874 px; * 256 + 1 = 6062.76
    depth = np.array([[20.0, 1.0, 1e9, 1e9]])
    label = np.array([[26, 26, 23, 7]], np.uint8)
    # The second is too near for 16 bits, the third is sky, the fourth is measured and far.
    assert encode_disparity(depth, label, 2262.52).tolist() == [[6063, 0, 0, 1]]


def test_a_frame_depends_on_its_seed_only(frames):
    again = render(3, 256, 128)
    for one, other in zip(again, frames[3], strict=True):
        np.testing.assert_equal(one, other)
    assert not np.array_equal(frames[3].label_ids, frames[4].label_ids)


def test_the_size_does_not_change_the_street():
    small, large = render(5, 128, 64), render(5, 512, 256)
    same = small.label_ids == large.label_ids[2::4, 2::4]
    assert same.mean() > 0.9  # all but silhouettes
    assert np.median(np.abs(small.depth / large.depth[2::4, 2::4] - 1)[same]) < 0.02


def test_seeds_of_frames_are_never_shared():
    seeds = {frame_seed(seed, split, index) for seed in (0, 1, 2, SEED_LIMIT - 1)
             for split in ('train', 'val') for index in range(500)}
    assert len(seeds) == 4 * 2 * 500
