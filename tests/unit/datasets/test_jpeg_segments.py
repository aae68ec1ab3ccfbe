"""Segments of JPEG files; what whole files give is tested with the headers."""

import io

import mmcv
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.jpeg_segments import read_jpeg


def jpeg(**options):
    file = io.BytesIO()
    Image.fromarray(np.zeros((8, 20, 3), np.uint8)).save(file, 'JPEG', **options)
    return file.getvalue()


@pytest.mark.parametrize('options', [{}, dict(progressive=True), dict(comment=b'\xff\xd9' * 9)])
def test_frame(options):
    data = jpeg(**options)
    assert read_jpeg(io.BytesIO(data)) == (8, 8, 20, 1)
    filled = data[:2] + b'\xff\xff' + data[2:]  # fill bytes before a marker are allowed
    assert read_jpeg(io.BytesIO(filled)) == (8, 8, 20, 1)
    with pytest.raises(ValueError, match='its end mark is missing'):
        read_jpeg(io.BytesIO(data[:-2]))


def test_a_frame_header_is_needed():
    data = jpeg()
    place = data.index(b'\xff\xc0')
    length = int.from_bytes(data[place + 2:place + 4], 'big')
    with pytest.raises(ValueError, match='damaged JPEG'):
        read_jpeg(io.BytesIO(data[:place] + data[place + 2 + length:]))


@pytest.mark.parametrize('stray', [b'\0', bytes(5000), b'\xff\xd0', b'\xff\x01\0'])
def test_stray_bytes_between_segments(stray):
    data = jpeg()
    for place in (data.index(b'\xff\xdb'), data.index(b'\xff\xda')):
        changed = data[:place] + stray + data[place:]
        assert mmcv.imfrombytes(changed).shape == (8, 20, 3)  # the decoder does not mind
        assert read_jpeg(io.BytesIO(changed)) == (8, 8, 20, 1)


def test_no_picture():
    for data in (b'\xff\xd8' + bytes(50) + b'\xff\xd9', b'\xff\xd8\xff\xd9\0\0'):
        with pytest.raises(ValueError, match='damaged JPEG'):
            read_jpeg(io.BytesIO(data))
    for data in (b'\xff\xd8', b'\xff\xd8' + bytes(9000), jpeg()[:60]):
        with pytest.raises(ValueError, match='truncated JPEG'):
            read_jpeg(io.BytesIO(data))
