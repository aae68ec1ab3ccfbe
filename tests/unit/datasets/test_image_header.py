"""Headers of PNG and JPEG files."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.image_header import is_complete_png, read_header


@pytest.mark.parametrize(('dtype', 'shape', 'bits', 'colour'), [
    (np.uint8, (5, 9), 8, 0), (np.uint16, (5, 9), 16, 0), (np.uint8, (5, 9, 3), 8, 2),
    (np.uint8, (5, 9, 4), 8, 6)])
def test_png(tmp_path, dtype, shape, bits, colour):
    path = tmp_path / 'a.png'
    Image.fromarray(np.ones(shape, dtype)).save(path)
    assert read_header(path) == ('png', 9, 5, bits, colour)


def test_palette_png(tmp_path):
    path = tmp_path / 'a.png'
    Image.fromarray(np.ones((5, 9), np.uint8)).convert('P').save(path)
    assert read_header(path).colour == 3


@pytest.mark.parametrize('extra', [{}, {'progressive': True}, {'exif': b'Exif\0\0' + bytes(9000)}])
def test_jpeg(tmp_path, extra):
    path = tmp_path / 'a.jpg'
    Image.fromarray(np.ones((5, 9, 3), np.uint8)).save(path, **extra)
    assert read_header(path)[:4] == ('jpeg', 9, 5, 8)


@pytest.mark.parametrize('name', ['a.png', 'a.jpg'])
@pytest.mark.parametrize('cut', [2, 13, 300])
def test_truncated(tmp_path, name, cut):
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    with pytest.raises(ValueError, match=rf'{name}: truncated'):
        read_header(path)


@pytest.mark.parametrize('length', [10, 20])
def test_stump(tmp_path, length):
    path = tmp_path / 'a.png'
    Image.fromarray(np.ones((4, 4), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match='truncated'):
        read_header(path)


def test_empty_and_other(tmp_path):
    (tmp_path / 'a.png').write_bytes(b'')
    with pytest.raises(ValueError, match='a.png: the file is empty'):
        read_header(tmp_path / 'a.png')
    (tmp_path / 'b.bmp').write_bytes(b'BM')
    assert read_header(tmp_path / 'b.bmp') is None


def test_npy(tmp_path):
    path = tmp_path / 'a.npy'
    for shape, colour in (((3, 5), 0), ((3, 5, 1), 0), ((3, 5, 3), 2)):
        np.save(path, np.zeros(shape, np.float32))
        assert read_header(path) == ('npy', 5, 3, 32, colour)
    np.save(path, np.zeros(4))
    with pytest.raises(ValueError, match=r'a\.npy: an array of shape \(4,\)'):
        read_header(path)
    path.write_bytes(b'\x93NUMPY')
    with pytest.raises(ValueError, match=r'a\.npy: damaged \.npy file'):
        read_header(path)


def test_damaged_jpeg(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'\xff\xd8' + bytes(50) + b'\xff\xd9')
    with pytest.raises(ValueError, match='damaged'):
        read_header(tmp_path / 'a.jpg')


def test_is_complete_png(tmp_path):
    Image.fromarray(np.ones((4, 4), np.uint8)).save(tmp_path / 'a.png')
    data = (tmp_path / 'a.png').read_bytes()
    assert is_complete_png(data) and is_complete_png(data + b'\0' * 8)
    assert not is_complete_png(data[:-1])
