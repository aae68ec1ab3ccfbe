"""EXIF's orientation: how a picture is turned between its file and the network."""

from __future__ import annotations

import struct
from functools import cache
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

FORMATS = ('jpeg', 'png', 'webp')
"""Whose orientation is read, by Pillow's names; of TIFF and AVIF decoders differ too much."""
UPRIGHT = 1
TRANSPOSED = (5, 6, 7, 8)
"""Orientations that exchange width and height."""
ORIENTATION_TAG = 0x0112
_EXIF = b'Exif\0\0'


def exif_orientation(exif: bytes) -> int:
    """Orientation that a block of EXIF gives.

    Args:
        exif: content of a JPEG's APP1 segment (with ``Exif\\0\\0``) or of a PNG's eXIf chunk.

    Returns:
        1 to 8; 1 (upright) where the block says nothing, or nothing sensible.
    """
    tiff = exif.removeprefix(_EXIF)
    order = {b'II*\0': '<', b'MM\0*': '>'}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        start = struct.unpack_from(f'{order}I', tiff, 4)[0]
        count = struct.unpack_from(f'{order}H', tiff, start)[0]
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f'{order}HHIH', tiff, place)
            if tag == ORIENTATION_TAG:
                return value if kind == 3 and 1 <= value <= 8 else UPRIGHT
    except struct.error:  # the block is cut off: decoders go on without it
        pass
    return UPRIGHT


def turned_formats(color_type: str = 'color',
                   imdecode_backend: str | None = 'cv2') -> frozenset[str]:
    """Formats that mmcv's ``LoadImageFromFile`` with these arguments turns as their EXIF says."""
    if color_type not in ('color', 'grayscale'):
        return frozenset()
    if imdecode_backend in (None, 'cv2'):
        return frozenset(name for name in FORMATS if _opencv_turns(name))
    return frozenset(FORMATS if imdecode_backend == 'pillow' else ())


@cache
def _opencv_turns(name: str) -> bool:
    """Whether the OpenCV at hand obeys the orientation: 4.12 does not in WebP, 5.0 does."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = TRANSPOSED[0]
    file = BytesIO()
    try:
        Image.new('RGB', (2, 1)).save(file, name, exif=exif)
    except (KeyError, OSError):  # a Pillow without WebP, which reads no orientation either
        return False
    image = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    return image is not None and image.shape[0] == 2  # an OpenCV without WebP has no image
