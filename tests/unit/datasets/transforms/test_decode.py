"""Reading of label files: types, palettes, damage."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms.decode import read_map


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_values(tmp_path, dtype):
    array = np.array([[0, 1, 255], [7, np.iinfo(dtype).max, 3]], dtype)
    Image.fromarray(array).save(tmp_path / 'a.png')
    read = read_map(str(tmp_path / 'a.png'), 'key')
    assert read.dtype == dtype
    np.testing.assert_array_equal(read, array)


def test_palette_gives_indices(tmp_path):
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), mode=None).convert('L').convert('P')
    image.putdata([0, 1, 2])
    image.putpalette([9, 9, 9, 0, 0, 0, 200, 0, 0])
    image.save(tmp_path / 'a.png')
    assert read_map(str(tmp_path / 'a.png'), 'key').tolist() == [[0, 1, 2]]


def test_int32_tiff(tmp_path):
    Image.fromarray(np.array([[70000]], np.int32)).save(tmp_path / 'a.tiff')
    assert read_map(str(tmp_path / 'a.tiff'), 'key').tolist() == [[70000]]


@pytest.mark.parametrize('cut', [1, 12, 500, 1900])
def test_truncated(tmp_path, cut):
    array = np.random.default_rng(0).integers(0, 65535, (32, 32)).astype(np.uint16)
    Image.fromarray(array).save(tmp_path / 'a.png')
    data = (tmp_path / 'a.png').read_bytes()
    (tmp_path / 'a.png').write_bytes(data[:-cut])
    with pytest.raises(ValueError, match=r'a.png \(key\): truncated PNG'):
        read_map(str(tmp_path / 'a.png'), 'key')


def test_damaged_inside(tmp_path):
    Image.fromarray(np.full((32, 32), 3, np.uint8)).save(tmp_path / 'a.png')
    data = bytearray((tmp_path / 'a.png').read_bytes())
    start = data.index(b'IDAT') + 4
    data[start:start + 12] = bytes(12)
    (tmp_path / 'a.png').write_bytes(data)
    with pytest.raises(ValueError, match=r'a.png \(key\): cannot be decoded'):
        read_map(str(tmp_path / 'a.png'), 'key')


def test_colour_and_missing(tmp_path):
    Image.fromarray(np.zeros((2, 2, 3), np.uint8)).save(tmp_path / 'a.png')
    with pytest.raises(ValueError, match=r'a.png \(key\): a picture in colour'):
        read_map(str(tmp_path / 'a.png'), 'key')
    with pytest.raises(FileNotFoundError):
        read_map(str(tmp_path / 'b.png'), 'key')
