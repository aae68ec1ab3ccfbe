"""EXIF's orientation, against Pillow's writer and reader."""

import struct

import pytest
from PIL import Image

from mmmtl.datasets.orientation import exif_orientation


@pytest.mark.parametrize('order', ['<', '>'])
@pytest.mark.parametrize('orientation', range(1, 9))
def test_both_byte_orders(order, orientation):
    head = b'II*\0' if order == '<' else b'MM\0*'
    entries = struct.pack(f'{order}HHIHH', 0x0100, 3, 1, 9, 0) + struct.pack(
        f'{order}HHIHH', 0x0112, 3, 1, orientation, 0)
    block = head + struct.pack(f'{order}IH', 8, 2) + entries + bytes(4)
    read = Image.Exif()
    read.load(b'Exif\0\0' + block)
    assert read[0x0112] == orientation
    assert exif_orientation(block) == exif_orientation(b'Exif\0\0' + block) == orientation
    for length in range(len(block) - 6):
        assert exif_orientation(block[:length]) == 1


@pytest.mark.parametrize('block', [b'', b'http://ns.adobe.com/xap/1.0/\0<x>', b'Exif\0\0',
                                   bytes(30),
                                   b'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0'])
def test_nothing_sensible(block):
    assert exif_orientation(block) == 1
