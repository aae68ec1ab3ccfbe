"""Size, type and completeness of an image file from its first and last bytes, without decoding."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, NamedTuple

import numpy as np

PNG_SIGNATURE = b'\x89PNG\r\n\x1a\n'
NPY_SIGNATURE = b'\x93NUMPY'
PNG_END = b'IEND\xaeB`\x82'
JPEG_START, JPEG_END = b'\xff\xd8', b'\xff\xd9'
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6  # PNG colour types
_HEAD, _TAIL = 33, 512  # a PNG's signature and IHDR; a margin for bytes after the end mark


class ImageHeader(NamedTuple):
    """What a PNG, JPEG or .npy file says of itself.

    Attributes:
        format: 'png', 'jpeg' or 'npy' ((H, W) or (H, W, C) arrays).
        width: pixels.
        height: pixels.
        bit_depth: bits per sample.
        colour: PNG colour type (0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha).
    """

    format: str
    width: int
    height: int
    bit_depth: int
    colour: int


def read_header(path: str | os.PathLike) -> ImageHeader | None:
    """Read the header of a PNG, JPEG or .npy file and check that the file is all there.

    Args:
        path: file to look at; at most a few hundred bytes are read.

    Returns:
        The header, or ``None`` for a file of another format.

    Raises:
        ValueError: empty, truncated or damaged file; the message names it.
    """
    with open(path, 'rb', buffering=0) as file:
        head = file.read(_HEAD)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
        if head.startswith(PNG_SIGNATURE):
            return _png_header(head, tail, path)
        if head.startswith(JPEG_START):
            return _jpeg_header(file, tail, path)
        if head.startswith(NPY_SIGNATURE):
            return _npy_header(file, size, path)
    if not head:
        raise ValueError(f'{path}: the file is empty. Copy or download it again')
    return None


def is_complete_png(data: bytes) -> bool:
    """Whether the bytes of a PNG end with its end mark (decoders accept some that do not)."""
    return PNG_END in data[-_TAIL:]


def _png_header(head: bytes, tail: bytes, path: str | os.PathLike) -> ImageHeader:
    if len(head) < _HEAD or head[12:16] != b'IHDR' or PNG_END not in tail:
        raise ValueError(f'{path}: truncated PNG (its end mark IEND is missing). '
                         'Copy or download the file again')
    width, height, bit_depth, colour = struct.unpack('>IIBB', head[16:26])
    return ImageHeader('png', width, height, bit_depth, colour)


def _npy_header(file: BinaryIO, size: int, path: str | os.PathLike) -> ImageHeader:
    file.seek(0)
    try:
        major, _ = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if major == 1 else (
            np.lib.format.read_array_header_2_0)
        shape, _, dtype = read(file)
    except ValueError as error:
        raise ValueError(f'{path}: damaged .npy file ({error}). '
                         'Copy or download the file again') from error
    if len(shape) not in (2, 3):
        raise ValueError(f'{path}: an array of shape {shape}, but images and maps are (H, W) or '
                         '(H, W, C)')
    if size < file.tell() + dtype.itemsize * int(np.prod(shape)):
        raise ValueError(f'{path}: truncated .npy file ({size} bytes, too few for {dtype} '
                         f'{shape}). Copy or download the file again')
    colour = GREY if len(shape) == 2 or shape[2] == 1 else RGB
    return ImageHeader('npy', shape[1], shape[0], 8 * dtype.itemsize, colour)


def _jpeg_header(file: BinaryIO, tail: bytes, path: str | os.PathLike) -> ImageHeader:
    """Walk over the segments to the frame header (SOF), which holds the size."""
    if JPEG_END not in tail:
        raise ValueError(f'{path}: truncated JPEG (its end mark is missing). '
                         'Copy or download the file again')
    file.seek(2)
    while True:
        segment = file.read(9)
        if len(segment) < 9 or segment[0] != 0xFF:
            raise ValueError(f'{path}: damaged JPEG (no frame header found). '
                             'Copy or download the file again')
        marker, length = segment[1], struct.unpack('>H', segment[2:4])[0]
        if marker == 0xFF:  # a fill byte before the marker
            file.seek(-8, os.SEEK_CUR)
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            bit_depth, height, width = struct.unpack('>BHH', segment[4:9])
            return ImageHeader('jpeg', width, height, bit_depth, RGB)
        file.seek(length - 7, os.SEEK_CUR)
