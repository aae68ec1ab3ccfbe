"""Distances from depth, or from disparity and camera."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.evaluation.metrics.distance import read_distance


@pytest.fixture
def sample(tmp_path):
    (tmp_path / 'camera.json').write_text(json.dumps(
        dict(extrinsic=dict(baseline=0.2), intrinsic=dict(fx=2000.))))
    Image.new('RGB', (8, 4)).save(tmp_path / 'image.png')
    disparity = torch.tensor([[[10., 0., float('nan'), 4.]]])
    return {'gt_inverse_depth_map': {'data': disparity}, 'img_path': str(tmp_path / 'image.png'),
            'camera_path': str(tmp_path / 'camera.json')}


def test_disparity_and_camera(sample):
    # the truth is half as wide as the image, so the focal length is halved too
    np.testing.assert_array_equal(read_distance(sample).metres(), [[20., np.inf, np.nan, 50.]])
    np.testing.assert_array_equal(read_distance(sample, 4).metres(), [[40., np.inf, np.nan, 100.]])


def test_depth_is_taken_as_it_is(sample):
    depth = {'gt_depth_map': {'data': torch.tensor([[[1., float('nan')]]])}}
    np.testing.assert_array_equal(read_distance(depth), [[1., np.nan]])
    np.testing.assert_array_equal(read_distance(sample | depth), [[1., np.nan]])


def test_nothing_to_tell(sample):
    assert read_distance({}) is None
    assert read_distance({**sample, 'camera_path': None}) is None
    del sample['gt_inverse_depth_map']
    assert read_distance(sample) is None


def test_unknown_width(sample):
    sample['img_path'] = 'gone.png'
    with pytest.raises(ValueError, match='gone.png.*camera_width, 2048'):
        read_distance(sample)
    assert read_distance(sample, 4) is not None


def test_damaged_camera(sample, tmp_path):
    (tmp_path / 'camera.json').write_text('{"extrinsic": {}}')
    with pytest.raises(KeyError, match=r'camera.json.*baseline'):
        read_distance(sample)
