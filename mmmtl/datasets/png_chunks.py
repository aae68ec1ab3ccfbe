"""The chunks of a PNG file: is it all there, and what does it say of its orientation?"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from .orientation import UPRIGHT, exif_orientation

PNG_SIGNATURE = b'\x89PNG\r\n\x1a\n'
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
"""Colour types."""
HEAD_LENGTH = 33
"""Bytes of the signature and of IHDR, with which every PNG begins."""
_END = b'\0\0\0\0IEND\xaeB`\x82'
_TAIL = 4096


def png_fields(head: bytes) -> tuple[int, int, int, int] | None:
    """Width, height, bits per sample and colour type; ``None`` for a stump."""
    if len(head) < HEAD_LENGTH or head[12:16] != b'IHDR':
        return None
    return struct.unpack('>IIBB', head[16:26])


def is_complete_png(data: bytes) -> bool:
    """Whether all chunks up to the end mark are there (decoders accept some PNG that are cut).

    What stands behind the end mark is nobody's business.
    """
    return _reaches_end(io.BytesIO(data))


def has_png_end(file: BinaryIO) -> bool:
    """:func:`is_complete_png` of an open file, of which the last bytes mostly tell."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - len(_END)))
    return file.read(len(_END)) == _END or _reaches_end(file)


def png_orientation(file: BinaryIO) -> int:
    """EXIF's orientation of a PNG whose block stands before the pixels or at the end."""
    for kind, length in _chunks(file):
        if kind == b'eXIf':
            return exif_orientation(file.read(length))
        if kind == b'IDAT':
            break
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _TAIL))
    tail = file.read(_TAIL)
    place = tail.rfind(b'eXIf')
    if place < 4:
        return UPRIGHT
    stop = place + 4 + struct.unpack('>I', tail[place - 4:place])[0]
    # four letters among compressed pixels are no chunk
    if struct.pack('>I', zlib.crc32(tail[place:stop])) != tail[stop:stop + 4]:
        return UPRIGHT
    return exif_orientation(tail[place + 4:stop])


def _reaches_end(file: BinaryIO) -> bool:
    return any(kind == b'IEND' and length == 0 and file.read(4) == _END[-4:]
               for kind, length in _chunks(file))


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and length of each chunk; the file then stands at the chunk's content."""
    place = len(PNG_SIGNATURE)
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack('>I4s', head)
        yield kind, length
        place += length + 12
