"""Disparity, and the sky with or without its mask."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadDisparity


@pytest.fixture
def frame(tmp_path):
    Image.fromarray(np.array([[0, 257, 513]], np.uint16)).save(tmp_path / 'd.png')
    Image.fromarray(np.array([[23, 23, 7]], np.uint8)).save(tmp_path / 's.png')
    return dict(disparity_path=str(tmp_path / 'd.png'), seg_map_path=str(tmp_path / 's.png'),
                sky_id=23)


def test_sky_from_the_label_file(frame):
    assert LoadDisparity()(frame)['gt_inverse_depth_map'].tolist() == [[0, 0, 2]]


def test_sky_from_the_mask(frame):
    loaded = LoadDisparity()(dict(frame, sky_mask=np.array([[False, False, True]])))
    np.testing.assert_array_equal(loaded['gt_inverse_depth_map'], [[np.nan, 1, 0]])
    assert 'sky_mask' not in loaded


@pytest.mark.parametrize('missing', ['sky_id', 'seg_map_path'])
def test_no_sky_known(frame, missing):
    del frame[missing]
    np.testing.assert_array_equal(
        LoadDisparity()(frame)['gt_inverse_depth_map'], [[np.nan, 1, 2]])


def test_label_of_another_size(frame, tmp_path):
    Image.fromarray(np.zeros((2, 3), np.uint8)).save(tmp_path / 's.png')
    with pytest.raises(ValueError, match=r's.png \(seg_map_path\) is 3 x 2'):
        LoadDisparity()(dict(frame, ori_shape=(1, 3)))


@pytest.mark.parametrize(('dtype', 'text', 'value'), [
    (np.uint16, 'disparity of 16 bits, (p - 1) / 256 pixels', 1.),
    (np.float16, 'inverse depth of floats, times 3 pixels', 771.),
    (np.float32, 'inverse depth of floats, times 3 pixels', 771.)])
def test_the_unit_is_described(tmp_path, dtype, text, value):
    loader = LoadDisparity(unit_float=3.)
    assert loader.describe_unit({}) is None
    np.save(tmp_path / 'a.npy', np.full((1, 2), 257, dtype))
    loaded = loader(dict(disparity_path=str(tmp_path / 'a.npy')))
    assert loaded['gt_inverse_depth_map'].tolist() == [[value, value]]
    assert loader.describe_unit(loaded).startswith(text)
