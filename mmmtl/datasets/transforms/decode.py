"""Decode a label or an array file so that damage and wrong types are errors which name it."""

from __future__ import annotations

import io

import mmengine.fileio as fileio
import numpy as np
from PIL import Image, UnidentifiedImageError

from ..image_header import NPY_SIGNATURE, PNG_SIGNATURE, is_complete_png

_REMEDY = 'Copy or download the file again'


def read_map(path: str, key: str, backend_args: dict | None = None) -> np.ndarray:
    """Read a label file as it is: palette indices, 8-, 16- or 32-bit grey, or a numpy array.

    Args:
        path: image file, or ``.npy`` file of shape (H, W) or (H, W, 1).
        key: the key of the frame's dict that named it, for messages.
        backend_args: mmengine's file backend.

    Returns:
        (H, W) array of the file's type.

    Raises:
        ValueError: unreadable or truncated file, or a picture in colour.
        FileNotFoundError: no such file.
    """
    data = fileio.get(path, backend_args=backend_args)
    if data.startswith(NPY_SIGNATURE):
        return _one_channel(decode_npy(data, path, key), path, key)
    # decoders accept a PNG cut after its last pixel, and some one cut before it
    if data.startswith(PNG_SIGNATURE) and not is_complete_png(data):
        raise ValueError(f'{path} ({key}): truncated PNG (its end mark IEND is missing). {_REMEDY}')
    try:
        pixels = np.array(Image.open(io.BytesIO(data)))
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError(f'{path} ({key}): cannot be decoded ({error}). {_REMEDY}') from error
    if data.startswith(PNG_SIGNATURE) and data[24] == 16 and pixels.dtype == np.int32:
        pixels = pixels.astype(np.uint16)  # older Pillow widens 16-bit grey
    return _one_channel(pixels, path, key)


def decode_npy(data: bytes, path: str, key: str) -> np.ndarray:
    """Decode the bytes of a ``.npy`` file; arguments as for :func:`read_map`.

    Raises:
        ValueError: no ``.npy`` file, a truncated one, or one of Python objects.
    """
    try:
        return np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f'{path} ({key}): cannot be read as .npy ({error}). {_REMEDY}') from error


def _one_channel(pixels: np.ndarray, path: str, key: str) -> np.ndarray:
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim != 2:
        raise ValueError(f'{path} ({key}): a picture in colour of shape {pixels.shape}; a map of '
                         'labels has one channel. Use the label files as downloaded')
    return pixels
