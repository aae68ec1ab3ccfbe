"""Encodings of images that change values, in which no label can be kept."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from .jpeg_segments import JPEG_START

_TIFF = (b'II*\0', b'MM\0*', b'II+\0', b'MM\0+')
_TIFF_LOSSY = ('jpeg', 'tiff_jpeg', 'webp', 'tiff_sgilog', 'tiff_sgilog24', 'tiff_thunderscan')
_JPEG_2000 = (b'\0\0\0\x0cjP  \r\n\x87\n', b'\xff\x4f\xff\x51')
_JPEG_XL = (b'\xff\x0a', b'\0\0\0\x0cJXL \r\n\x87\n')
_HEIF_BRANDS = {b'avif': 'AVIF', b'avis': 'AVIF', b'heic': 'HEIC', b'heix': 'HEIC',
                b'mif1': 'HEIF', b'msf1': 'HEIF'}


def lossy_encoding(file: BinaryIO) -> str | None:
    """Why the values of a label may not be what was drawn; ``None`` if the encoding keeps them.

    Args:
        file: an image, open for reading.

    Returns:
        Name and effect of the encoding, to follow "stored as".
    """
    file.seek(0)
    head = file.read(32)
    changes = ', which changes values'
    unknown = ', which changes values unless written without loss, and does not say so'
    if head.startswith(JPEG_START):
        return f'JPEG{changes}'
    if head.startswith(b'GIF8'):
        return 'GIF, whose writers number the values anew'
    if head.startswith(_JPEG_2000):
        return f'JPEG 2000{unknown}'
    if head.startswith(_JPEG_XL):
        return f'JPEG XL{unknown}'
    if head[4:8] == b'ftyp' and head[8:12] in _HEIF_BRANDS:
        return f'{_HEIF_BRANDS[head[8:12]]}{unknown}'
    if head.startswith(b'RIFF') and head[8:12] == b'WEBP' and _is_lossy_webp(file):
        return f'lossy WebP{changes}'
    if head.startswith(_TIFF):
        compression = _tiff_compression(file)
        return f'TIFF with compression {compression}{changes}' if (
            compression in _TIFF_LOSSY) else None
    return None


def _is_lossy_webp(file: BinaryIO) -> bool:
    """Whether the first picture in a WebP is a lossy one (chunk ``VP8 ``, not ``VP8L``)."""
    place = 12
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return False
        kind, length = struct.unpack('<4sI', head)
        if kind == b'VP8 ':
            return True
        if kind == b'VP8L':
            return False
        # the pictures of an animation stand inside, behind 16 bytes about place and time
        place += 8 + (16 if kind == b'ANMF' else length + length % 2)


def _tiff_compression(file: BinaryIO) -> str | None:
    file.seek(0)
    try:
        return Image.open(file).info.get('compression')
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None  # the loader says what is wrong
