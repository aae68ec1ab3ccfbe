"""Normals made from loaded depth: cameras, and when they are refused."""

import json

import numpy as np
import pytest
from mmengine.dataset import Compose
from PIL import Image

from mmmtl.datasets.intrinsics import NYUV2_INTRINSICS, NYUV2_SIZE
from mmmtl.datasets.transforms import GenerateNormals, LoadDepth
from mmmtl.datasets.transforms.normals_from_depth import normals_from_depth

SHAPE = (24, 32)
SLOPE = 1000 + 20 * np.arange(32) + 10 * np.arange(24)[:, None]  # millimetres


def load(tmp_path, array=SLOPE, dtype=np.uint16, **more):
    Image.fromarray(array.astype(dtype)).save(tmp_path / 'd.png')
    return LoadDepth(unit_8bit=.04)(
        dict(depth_path=str(tmp_path / 'd.png'), img_path='a.jpg', **more))


def test_the_camera_of_nyuv2_at_the_files_size(tmp_path):
    results = GenerateNormals()(load(tmp_path))
    camera = NYUV2_INTRINSICS.scaled(NYUV2_SIZE, SHAPE)
    np.testing.assert_array_equal(results['gt_normal_map'],
                                  normals_from_depth(results['gt_depth_map'], camera))
    assert np.isfinite(results['gt_normal_map']).all()
    assert results['seg_fields'] == ['gt_depth_map', 'gt_normal_map']
    assert results['units_width']['gt_normal_map'] == 32


def test_other_cameras(tmp_path):
    numbers = dict(fx=30., fy=31., cx=15., cy=12.)
    given = GenerateNormals(numbers)(load(tmp_path))['gt_normal_map']
    (tmp_path / 'c.json').write_text(json.dumps(dict(
        intrinsic=dict(fx=30., fy=31., u0=15., v0=12.))))
    frames = GenerateNormals(None)(load(tmp_path, camera_path=str(tmp_path / 'c.json')))
    np.testing.assert_array_equal(frames['gt_normal_map'], given)
    double = dict(fx=60., fy=62., cx=30.5, cy=24.5, size=(48, 64))
    np.testing.assert_array_equal(GenerateNormals(double)(load(tmp_path))['gt_normal_map'], given)


def test_frames_without_depth_and_frames_with_normals(tmp_path):
    assert GenerateNormals()(dict(img_path='a')) == dict(img_path='a')
    results = dict(load(tmp_path), gt_normal_map='from a file')
    assert GenerateNormals()(results)['gt_normal_map'] == 'from a file'


def test_8_bits_are_refused(tmp_path):
    with pytest.raises(ValueError, match='d.png has 8 bits, steps too coarse .*LoadNormals'):
        GenerateNormals()(load(tmp_path, np.full(SHAPE, 50), np.uint8))


def test_depth_that_was_moved_is_refused(tmp_path):
    flip = Compose([dict(type='RandomFlip', prob=1.)])
    resize = Compose([dict(type='Resize', scale=(16, 12))])
    for change in (flip, resize):
        results = change(load(tmp_path, img=np.zeros((*SHAPE, 3), np.uint8), ori_shape=SHAPE))
        with pytest.raises(ValueError, match='directly after LoadDepth'):
            GenerateNormals()(results)
    later = load(tmp_path, flip=True, flip_direction='horizontal')  # a test pipeline's truth
    assert 'gt_normal_map' in GenerateNormals()(later)['fields_not_flipped']


def test_through_a_pipeline(tmp_path):
    """Mirrored and enlarged twofold: n becomes (-x, y, 2 z) at length 1."""
    frame = load(tmp_path, img=np.zeros((*SHAPE, 3), np.uint8), ori_shape=SHAPE, img_shape=SHAPE)
    plain = GenerateNormals()(frame)['gt_normal_map'].copy()
    steps = [dict(type='RandomFlip', prob=1.), dict(type='Resize', scale_factor=2.),
             dict(type='mmmtl.RepairUnits'), dict(type='mmmtl.PackMultiTaskInputs')]
    found = Compose(steps)(frame)['data_samples'].gt_normal_map.data.numpy()
    wanted = plain[:, ::-1] * (-1, 1, 2)
    wanted = (wanted / np.linalg.norm(wanted, axis=-1, keepdims=True)).transpose(2, 0, 1)
    np.testing.assert_allclose(found, wanted.repeat(2, 1).repeat(2, 2), atol=1e-6)


@pytest.mark.parametrize(('options', 'message'), [
    (dict(intrinsics='kinect'), "must be 'nyuv2'"), (dict(intrinsics=dict(fx=1)), r"keys \['fx'\]"),
    (dict(window=6), 'not 6'), (dict(max_jump=1.), 'max_jump')])
def test_options(options, message):
    with pytest.raises(ValueError, match=f'GenerateNormals: .*{message}'):
        GenerateNormals(**options)


def test_cameras_that_are_missing(tmp_path):
    with pytest.raises(KeyError, match='a.jpg has no camera_path'):
        GenerateNormals(None)(load(tmp_path))
    (tmp_path / 'c.json').write_text('{"intrinsic": {"fx": 1}}')
    with pytest.raises(KeyError, match="c.json .* has no 'fy'"):
        GenerateNormals(None)(load(tmp_path, camera_path=str(tmp_path / 'c.json')))


def test_repr():
    assert repr(GenerateNormals()) == (
        "GenerateNormals(intrinsics='nyuv2', window=None, max_jump=0.05)")
