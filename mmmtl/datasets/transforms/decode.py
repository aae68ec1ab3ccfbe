"""Decode a label or an array file so that damage and wrong types are errors which name it."""

from __future__ import annotations

import io
import re

import mmengine.fileio as fileio
import numpy as np
from PIL import Image, UnidentifiedImageError

from ..file_checks import check_lossless
from ..image_header import NPY_SIGNATURE
from ..lossy import lossy_encoding
from ..png_chunks import GREY, PNG_SIGNATURE, is_complete_png, png_fields
from .grey_png import decode_grey_png

_REMEDY = 'Copy or download the file again'
_PGM = re.compile(rb'P[25](?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)\s')


def read_map(path: str, key: str, backend_args: dict | None = None) -> np.ndarray:
    """Read a label file as it is: palette indices, 1-, 8-, 16- or 32-bit grey, or a numpy array.

    Args:
        path: image file, or ``.npy`` file of shape (H, W) or (H, W, 1).
        key: the key of the frame's dict that named it, for messages.
        backend_args: mmengine's file backend.

    Returns:
        (H, W) array of the file's type; of 1 bit as uint8 of 0 and 1.

    Raises:
        ValueError: unreadable or truncated file, an encoding that changes values, or a picture in
            colour.
        FileNotFoundError: no such file.
    """
    pixels = read_pixels(path, key, backend_args)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim != 2:
        raise ValueError(f'{path} ({key}): a picture in colour of shape {pixels.shape}; a map of '
                         'labels has one channel. Use the label files as downloaded')
    return pixels


def read_pixels(path: str, key: str, backend_args: dict | None = None,
                colour: bool = False) -> np.ndarray:
    """:func:`read_map` of any number of channels.

    Args:
        colour: an alpha channel beside colours is left out.

    Returns:
        (H, W) or (H, W, C) array.
    """
    data = fileio.get(path, backend_args=backend_args)
    if not data:
        raise ValueError(f'{path} ({key}): the file is empty. {_REMEDY}')
    if data.startswith(NPY_SIGNATURE):
        return decode_npy(data, path, key)
    check_lossless(key, lossy_encoding(io.BytesIO(data)), path)
    # decoders accept a PNG cut after its last pixel, and some one cut before it
    if data.startswith(PNG_SIGNATURE) and not is_complete_png(data):
        raise ValueError(f'{path} ({key}): truncated PNG (its end mark IEND is missing). {_REMEDY}')
    grey = decode_grey_png(data)
    if grey is not None:
        return grey
    try:
        image = Image.open(io.BytesIO(data))
        pixels = np.array(image.convert('RGB') if colour and image.mode == 'RGBA' else image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise ValueError(f'{path} ({key}): cannot be decoded ({error}). {_REMEDY}') from error
    return _values_of_file(pixels, data, path, key)


def decode_npy(data: bytes, path: str, key: str) -> np.ndarray:
    """Decode the bytes of a ``.npy`` file; arguments as for :func:`read_map`.

    Raises:
        ValueError: no ``.npy`` file, a truncated one, or one of Python objects.
    """
    try:
        return np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f'{path} ({key}): cannot be read as .npy ({error}). {_REMEDY}') from error


def _values_of_file(pixels: np.ndarray, data: bytes, path: str, key: str) -> np.ndarray:
    """Undo what Pillow does to the numbers in a file."""
    if pixels.dtype == bool:
        return pixels.astype(np.uint8)
    if data.startswith(PNG_SIGNATURE):
        _, _, bits, kind = png_fields(data)
        if kind == GREY and bits in (2, 4):
            raise ValueError(f'{path} ({key}): a grey PNG of {bits} bits, which decoders '
                             'stretch to 0 to 255, or do not. Save it with 8 bits')
        if bits == 16 and pixels.dtype == np.int32:
            return pixels.astype(np.uint16)  # older Pillow widens 16-bit grey
    pgm = _PGM.match(data)
    if pgm:  # stretched to 255 or 65535
        largest = int(pgm[3])
        full = 255 if largest < 256 else 65535
        return np.rint(pixels * (largest / full)).astype(np.uint8 if full == 255 else np.uint16)
    return pixels.astype(pixels.dtype.newbyteorder('='), copy=False)
