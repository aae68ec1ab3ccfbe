"""Decode a label file so that damage and wrong types are errors which name it."""

from __future__ import annotations

import io

import mmengine.fileio as fileio
import numpy as np
from PIL import Image, UnidentifiedImageError

from ..image_header import PNG_SIGNATURE, is_complete_png

_REMEDY = 'Copy or download the file again'


def read_map(path: str, key: str, backend_args: dict | None = None) -> np.ndarray:
    """Read a label file as it is: palette indices, 8-, 16- or 32-bit grey.

    Args:
        path: image file.
        key: the key of the frame's dict that named it, for messages.
        backend_args: mmengine's file backend.

    Returns:
        (H, W) array of the file's type.

    Raises:
        ValueError: unreadable or truncated file, or a picture in colour.
        FileNotFoundError: no such file.
    """
    data = fileio.get(path, backend_args=backend_args)
    # decoders accept a PNG cut after its last pixel, and some one cut before it
    if data.startswith(PNG_SIGNATURE) and not is_complete_png(data):
        raise ValueError(f'{path} ({key}): truncated PNG (its end mark IEND is missing). {_REMEDY}')
    try:
        pixels = np.array(Image.open(io.BytesIO(data)))
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError(f'{path} ({key}): cannot be decoded ({error}). {_REMEDY}') from error
    if data.startswith(PNG_SIGNATURE) and data[24] == 16 and pixels.dtype == np.int32:
        pixels = pixels.astype(np.uint16)  # older Pillow widens 16-bit grey
    if pixels.ndim != 2:
        raise ValueError(f'{path} ({key}): a picture in colour of shape {pixels.shape}; a map of '
                         'labels has one channel. Use the label files as downloaded')
    return pixels
