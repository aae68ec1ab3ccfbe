"""The segments of a JPEG file: size, orientation, and whether the picture is all there."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, NamedTuple

from .orientation import UPRIGHT, exif_orientation

JPEG_START, JPEG_END = b'\xff\xd8', b'\xff\xd9'
_APP1, _SCAN, _FILL = 0xE1, 0xDA, 0xFF
_ALONE = (0x01, *range(0xD0, 0xD9))  # markers without a length
_NO_FRAMES = (0xC4, 0xC8, 0xCC)  # among C0 to CF, which are frame headers otherwise
_TAIL = 512


class JpegFrame(NamedTuple):
    """What a frame header says: bits per sample, height and width as stored, and EXIF's turn."""

    bit_depth: int
    height: int
    width: int
    orientation: int


def read_jpeg(file: BinaryIO) -> JpegFrame:
    """Walk over the segments to the first scan, and look for the end mark behind it.

    A thumbnail in the EXIF block has an end mark of its own, and bytes or a second picture may
    follow the picture: the end mark that counts is any behind the first scan's header.

    Raises:
        ValueError: 'damaged' or 'truncated', with what is missing; the caller names the file.
    """
    frame, orientation = None, UPRIGHT
    place = len(JPEG_START)
    while True:
        file.seek(place)
        head = file.read(4)
        if head[:2] == JPEG_END:
            raise ValueError('damaged JPEG (no frame header found)')
        if len(head) < 4:
            raise ValueError('truncated JPEG (it ends before its pixels)')
        mark, marker, length = struct.unpack('>BBH', head)
        if mark != 0xFF:  # stray bytes between segments, which decoders pass over
            place += _stray_bytes(file, place)
            continue
        if marker == _FILL:
            place += 1
            continue
        if marker in _ALONE:
            place += 2
            continue
        if marker == _SCAN:
            break
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES and frame is None:
            content = file.read(5)
            if len(content) < 5:
                raise ValueError('truncated JPEG (it ends before its pixels)')
            frame = struct.unpack('>BHH', content)
        if marker == _APP1 and orientation == UPRIGHT:
            orientation = exif_orientation(file.read(length - 2))
        place += 2 + length
    if frame is None:
        raise ValueError('damaged JPEG (no frame header found)')
    if not _has_end(file, place + 2 + length):
        raise ValueError('truncated JPEG (its end mark is missing)')
    return JpegFrame(*frame, orientation)


def _stray_bytes(file: BinaryIO, place: int) -> int:
    file.seek(place)
    block = file.read(4096)
    found = block.find(b'\xff')
    return len(block) if found < 0 else found


def _has_end(file: BinaryIO, scan: int) -> bool:
    """Whether an end mark stands behind the header of the first scan, mostly in the last bytes."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(scan, size - _TAIL))
    if JPEG_END in file.read(_TAIL):
        return True
    file.seek(scan)
    return JPEG_END in file.read(max(0, size - scan))
