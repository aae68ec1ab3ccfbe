"""Label files of the usual kind, decoded in less time than by Pillow: grey PNG of 8 or 16 bits."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator

import numpy as np

from ..png_chunks import GREY, PNG_SIGNATURE
from .png_kernel import NUM_FILTERS, undo_filters

_LARGEST = 1 << 28  # bytes: beyond it, Pillow knows what to do
#: chunks beside the pixels that say nothing of their values
_HARMLESS = frozenset({b'tEXt', b'zTXt', b'iTXt', b'tIME', b'pHYs', b'gAMA', b'cHRM', b'sRGB'})


def decode_grey_png(data: bytes) -> np.ndarray | None:
    """Decode a grey PNG of 8 or 16 bits that is right in every respect.

    Args:
        data: the file.

    Returns:
        (H, W) uint8 or uint16; ``None`` for any other file: of another kind, with chunks that may
        change values, damaged (all check sums are looked at), or too large. Another decoder then
        reads it, or says what is wrong.
    """
    chunks = list(_checked_chunks(data))
    if not chunks or chunks[0][0] != b'IHDR' or chunks[-1] != (b'IEND', b''):
        return None
    kinds = [kind for kind, _ in chunks[1:-1]]
    packed = [body for kind, body in chunks if kind == b'IDAT']
    if not set(kinds) <= _HARMLESS | {b'IDAT'} or len(chunks[0][1]) != 13:
        return None
    width, height, bits, *kind = struct.unpack('>IIBBBBB', chunks[0][1])
    step = bits // 8
    size = height * (1 + width * step)
    if bits not in (8, 16) or kind != [GREY, 0, 0, 0] or not width or not 0 < size < _LARGEST:
        return None
    raw = _inflate(b''.join(packed), size)
    if raw is None:
        return None
    rows = np.frombuffer(raw, np.uint8).reshape(height, 1 + width * step)
    if rows[:, 0].max() >= NUM_FILTERS:
        return None
    values = np.empty((height, width * step), np.uint8)
    undo_filters(rows, step, values)
    if bits == 8:
        return values
    pixels = values.view(np.uint16)
    return pixels.byteswap(inplace=True) if sys.byteorder == 'little' else pixels


def _checked_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk up to the end mark, or up to the first that is damaged."""
    place, kind = len(PNG_SIGNATURE), b''
    while kind != b'IEND' and data.startswith(PNG_SIGNATURE) and place + 12 <= len(data):
        length, kind = struct.unpack_from('>I4s', data, place)
        stop = place + 8 + length
        if data[stop:stop + 4] != struct.pack('>I', zlib.crc32(data[place + 4:stop])):
            return
        yield kind, data[place + 8:stop]
        place = stop + 4


def _inflate(packed: bytes, size: int) -> bytes | None:
    """The bytes that were compressed, if there are ``size`` of them and the sum is right."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(packed, size + 1)  # a bomb does not unfold
    except zlib.error:
        return None
    return raw if len(raw) == size and inflater.eof else None
