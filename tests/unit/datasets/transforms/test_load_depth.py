"""Depth of 8 and 16 bits, by the file's type."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadDepth


def load(tmp_path, array, **options):
    Image.fromarray(array).save(tmp_path / 'a.png')
    return LoadDepth(**options)(dict(depth_path=str(tmp_path / 'a.png')))['gt_depth_map']


def test_units(tmp_path):
    millimetres = np.array([[0, 512]], np.uint16)
    np.testing.assert_allclose(load(tmp_path, millimetres), [[np.nan, .512]], rtol=1e-6)
    np.testing.assert_allclose(load(tmp_path, millimetres, unit_16bit=1 / 256), [[np.nan, 2]])
    coarse = np.array([[0, 51]], np.uint8)
    np.testing.assert_allclose(load(tmp_path, coarse, unit_8bit=.1), [[np.nan, 5.15]], rtol=1e-6)


def test_of_8_bits_the_unit_must_be_said(tmp_path):
    coarse = np.array([[0, 51]], np.uint8)
    with pytest.raises(ValueError, match=r'a.png \(depth_path\): depth of 8 bits, .*unit_8bit='):
        load(tmp_path, coarse)
    frame = dict(depth_path=str(tmp_path / 'a.png'), depth_unit_8bit=1 / 25.5)  # by the data set
    assert LoadDepth()(frame)['gt_depth_map'] == pytest.approx(
        np.array([[np.nan, 51.5 / 25.5]]), rel=1e-6, nan_ok=True)
    assert LoadDepth(unit_8bit=.1)(frame)['gt_depth_map'] == pytest.approx(
        np.array([[np.nan, 5.15]]), rel=1e-6, nan_ok=True)


@pytest.mark.parametrize(('array', 'options', 'text'), [
    (np.ones((1, 2), np.uint16), {}, 'depth of 16 bits in steps of 0.001 m'),
    (np.ones((1, 2), np.uint16), dict(unit_16bit=1 / 256), 'depth of 16 bits in steps of 0.00390'),
    (np.ones((1, 2), np.uint8), dict(unit_8bit=.1), 'depth of 8 bits in steps of 0.1 m')])
def test_the_unit_is_described(tmp_path, array, options, text):
    Image.fromarray(array).save(tmp_path / 'a.png')
    loader = LoadDepth(**options)
    assert loader.describe_unit({}) is None
    assert loader.describe_unit(loader(dict(depth_path=str(tmp_path / 'a.png')))).startswith(text)
    np.save(tmp_path / 'a.npy', array)  # whole numbers are read as those of a PNG are
    assert loader.describe_unit(loader(dict(depth_path=str(tmp_path / 'a.npy')))).startswith(text)
    np.save(tmp_path / 'a.npy', array.astype(np.float16))
    assert loader.describe_unit(loader(dict(depth_path=str(tmp_path / 'a.npy')))) == (
        'depth of floats, metres, 0 = not measured')


@pytest.mark.parametrize('options', [dict(unit_8bit=0), dict(unit_16bit=-1)])
def test_errors(options):
    with pytest.raises(ValueError, match='must be positive'):
        LoadDepth(**options)
