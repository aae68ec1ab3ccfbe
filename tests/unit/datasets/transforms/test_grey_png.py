"""A decoder of grey PNG, against Pillow on files with all filters, and refusing all it should."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms.grey_png import decode_grey_png

SIGNATURE = b'\x89PNG\r\n\x1a\n'


def chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


def png(rows, width, bits, kind=0, interlaced=0, parts=1, extra=b'', last=b''):
    """A PNG of rows that are filtered already, or pretend to be."""
    packed = zlib.compress(rows.tobytes())
    cut = [len(packed) * part // parts for part in range(parts + 1)]
    body = b''.join(chunk(b'IDAT', packed[a:b]) for a, b in zip(cut, cut[1:], strict=False))
    head = struct.pack('>IIBBBBB', width, len(rows), bits, kind, 0, 0, interlaced)
    return SIGNATURE + chunk(b'IHDR', head) + extra + body + chunk(b'IEND', last)


def some_rows(random, height, width, step):
    """Any bytes are a picture: rows of random filters."""
    rows = random.randint(0, 256, (height, 1 + width * step)).astype(np.uint8)
    rows[:, 0] = random.randint(0, 5, height)
    return rows


@pytest.mark.parametrize('bits', [8, 16])
def test_equal_to_pillow_and_opencv(bits):
    random = np.random.RandomState(bits)
    filters = set()
    for _ in range(150):
        height, width = random.randint(1, 23, 2)
        rows = some_rows(random, height, width, bits // 8)
        filters |= set(rows[:, 0].tolist())
        data = png(rows, width, bits, parts=random.randint(1, 4), extra=chunk(b'tEXt', b'a\0b'))
        found = decode_grey_png(data)
        assert found.dtype == (np.uint8 if bits == 8 else np.uint16)
        assert np.array_equal(found, np.array(Image.open(io.BytesIO(data))))
        assert np.array_equal(
            found, cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED))
    assert filters == {0, 1, 2, 3, 4}


@pytest.mark.parametrize('values', [
    np.arange(65536, dtype=np.uint16).reshape(256, 256),
    np.arange(256, dtype=np.uint8).reshape(8, 32)])
def test_files_of_other_programs(values):
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, format='png')
    for data in (buffer.getvalue(), cv2.imencode('.png', values)[1].tobytes(),
                 buffer.getvalue() + b'what stands behind the end mark'):
        assert np.array_equal(decode_grey_png(data), values)


ROWS = some_rows(np.random.RandomState(0), 5, 6, 1)
GOOD = png(ROWS, 6, 8)
BAD_FILTER = ROWS.copy()
BAD_FILTER[3, 0] = 5


@pytest.mark.parametrize('data', [
    b'', SIGNATURE, b'GIF89a', GOOD[:-1], GOOD[:40], GOOD[:20], b'x' + GOOD[1:],
    png(ROWS, 6, 8, last=b'x'), png(ROWS, 5, 8), png(ROWS, 7, 8), png(ROWS[:, :0], 0, 8),
    png(ROWS, 6, 8, interlaced=1), png(ROWS, 3, 16, kind=4), png(ROWS, 2, 8, kind=2),
    png(ROWS, 6, 8, kind=3, extra=chunk(b'PLTE', bytes(768))), png(ROWS, 48, 1),
    png(ROWS, 6, 8, extra=chunk(b'tRNS', b'\0\0')), png(ROWS, 6, 8, extra=chunk(b'sBIT', b'\4')),
    png(BAD_FILTER, 6, 8), GOOD.replace(chunk(b'IDAT', zlib.compress(ROWS.tobytes())), b''),
    SIGNATURE + chunk(b'IHDR', struct.pack('>IIBBBBB', 1 << 30, 1 << 30, 8, 0, 0, 0, 0))
    + chunk(b'IEND', b'')])
def test_other_files_are_left_to_others(data):
    assert decode_grey_png(GOOD) is not None
    assert decode_grey_png(data) is None


def test_no_damaged_byte_passes():
    """Every single byte is covered by a check sum, or by the length of what it belongs to."""
    for place in range(len(GOOD)):
        damaged = bytearray(GOOD)
        damaged[place] ^= 4
        assert decode_grey_png(bytes(damaged)) is None, place


def test_wrong_check_sum_of_the_pixels():
    packed = bytearray(zlib.compress(ROWS.tobytes()))
    packed[-1] ^= 1
    good = chunk(b'IDAT', zlib.compress(ROWS.tobytes()))
    for body in (bytes(packed), bytes(packed[:-4])):
        assert decode_grey_png(GOOD.replace(good, chunk(b'IDAT', body))) is None
