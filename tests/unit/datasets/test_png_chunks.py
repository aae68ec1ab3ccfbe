"""Chunks of PNG files: completeness and orientation."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.png_chunks import has_png_end, is_complete_png, png_fields, png_orientation


def png(**options):
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (40, 40), dtype=np.uint8)
    Image.fromarray(noise).save(file, 'PNG', **options)
    return file.getvalue()


def test_complete():
    data = png()
    for extra in (b'', bytes(8), bytes(5000)):
        assert is_complete_png(data + extra) and has_png_end(io.BytesIO(data + extra))
    for cut in (1, 4, 12, 30, 700):
        assert not is_complete_png(data[:-cut]) and not has_png_end(io.BytesIO(data[:-cut]))


def test_a_hole_in_the_middle_is_found():
    data = png()
    assert not is_complete_png(data[:300] + data[400:])


def test_fields():
    assert png_fields(png()) == (40, 40, 8, 0)
    assert png_fields(png()[:32]) is None and png_fields(bytes(40)) is None


@pytest.mark.parametrize('first', [True, False])
def test_orientation(first):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = png(exif=exif)
    place = data.index(b'eXIf') - 4
    stop = place + 12 + int.from_bytes(data[place:place + 4], 'big')
    if first:  # before the pixels, where other programs write it
        data = data[:33] + data[place:stop] + data[33:place] + data[stop:]
    assert png_orientation(io.BytesIO(data)) == 6
    assert Image.open(io.BytesIO(data)).getexif()[0x0112] == 6


def test_letters_among_the_pixels_are_no_chunk():
    content = (b'\0\0\0\x1aeXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0'
               + bytes(8))
    assert png_orientation(io.BytesIO(png() + content)) == 1
    right = content[:-4] + zlib.crc32(content[4:-4]).to_bytes(4, 'big')
    assert png_orientation(io.BytesIO(png() + right)) == 6
