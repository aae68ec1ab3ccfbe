"""Reading of label files: types, palettes, damage."""

import zlib

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


@pytest.mark.parametrize('extra', [bytes(1000), b'IEND'])
def test_bytes_behind_the_end_mark(tmp_path, extra):
    array = np.random.default_rng(0).integers(0, 65535, (32, 32)).astype(np.uint16)
    Image.fromarray(array).save(tmp_path / 'a.png')
    whole = (tmp_path / 'a.png').read_bytes()
    (tmp_path / 'a.png').write_bytes(whole + extra)
    assert (read_map(str(tmp_path / 'a.png'), 'key') == array).all()
    (tmp_path / 'a.png').write_bytes(whole[:-500] + extra)
    with pytest.raises(ValueError, match=r'a.png \(key\): truncated PNG'):
        read_map(str(tmp_path / 'a.png'), 'key')


@pytest.mark.parametrize('suffix', ['jpg', 'gif', 'webp'])
def test_encodings_that_change_values(tmp_path, suffix):
    Image.fromarray(np.array([[0, 9], [9, 0]], np.uint8)).save(tmp_path / f'a.{suffix}')
    with pytest.raises(ValueError, match=rf'a.{suffix} \(key\): a label stored as '):
        read_map(str(tmp_path / f'a.{suffix}'), 'key')


def test_empty(tmp_path):
    (tmp_path / 'a.png').write_bytes(b'')
    with pytest.raises(ValueError, match=r'a.png \(key\): the file is empty'):
        read_map(str(tmp_path / 'a.png'), 'key')


@pytest.mark.parametrize('largest', [1, 9, 40, 255, 300, 1000, 65535])
@pytest.mark.parametrize('plain', [False, True])
def test_pgm_is_not_stretched(tmp_path, largest, plain):
    values = np.linspace(0, largest, 8).round().astype(int)
    head = f'P{2 if plain else 5}\n# comment 9 9 9\n4 2\n{largest}\n'.encode()
    content = ' '.join(map(str, values)).encode() if plain else values.astype(
        'u1' if largest < 256 else '>u2').tobytes()
    (tmp_path / 'a.pgm').write_bytes(head + content)
    read = read_map(str(tmp_path / 'a.pgm'), 'key')
    assert read.dtype == (np.uint8 if largest < 256 else np.uint16)
    assert read.ravel().tolist() == values.tolist()


def test_byte_order_of_tiff(tmp_path):
    tiff = b'MM\0*\0\0\0\x08' + b'\0\x08' + b''.join(
        np.array([tag, kind], '>u2').tobytes() + np.array(1, '>u4').tobytes() + (
            np.array([value, 0], '>u2') if kind == 3 else np.array(value, '>u4')).tobytes()
        for tag, kind, value in ((256, 3, 2), (257, 3, 1), (258, 3, 16), (259, 3, 1), (262, 3, 1),
                                 (273, 4, 110), (278, 3, 1), (279, 4, 4))) + bytes(4)
    (tmp_path / 'a.tif').write_bytes(tiff + np.array([1, 700], '>u2').tobytes())
    read = read_map(str(tmp_path / 'a.tif'), 'key')
    assert read.dtype == np.uint16 and read.tolist() == [[1, 700]]


@pytest.mark.parametrize('bits', [2, 4])
def test_few_bits_that_decoders_stretch(tmp_path, bits):
    def chunk(kind, content):
        body = kind + content
        return len(content).to_bytes(4, 'big') + body + zlib.crc32(body).to_bytes(4, 'big')

    header = (1).to_bytes(4, 'big') * 2 + bytes([bits, 0, 0, 0, 0])
    (tmp_path / 'a.png').write_bytes(
        b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(b'\0\x40'))
        + chunk(b'IEND', b''))
    assert np.array(Image.open(tmp_path / 'a.png')).max() > 3
    with pytest.raises(ValueError, match=rf'a.png \(key\): a grey PNG of {bits} bits'):
        read_map(str(tmp_path / 'a.png'), 'key')
