"""Size, type, orientation and completeness of an image file, without decoding it."""

from __future__ import annotations

import os
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from .jpeg_segments import JPEG_START, read_jpeg
from .orientation import FORMATS, ORIENTATION_TAG, TRANSPOSED, UPRIGHT
from .png_chunks import (
    GREY,
    HEAD_LENGTH,
    PNG_SIGNATURE,
    RGB,
    has_png_end,
    png_fields,
    png_orientation,
)

NPY_SIGNATURE = b'\x93NUMPY'
_LFS = b'version https://git-lfs'
_CERTAIN = ('.png', '.jpg', '.jpeg')  # what every Pillow can read


class ImageHeader(NamedTuple):
    """What an image or .npy file says of itself.

    Attributes:
        format: 'png', 'jpeg', 'npy' ((H, W) or (H, W, C) arrays), or Pillow's name for others,
            of which only the size and the orientation are known.
        width: pixels, as stored.
        height: pixels, as stored.
        bit_depth: bits per sample.
        colour: PNG colour type (0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha).
        orientation: EXIF's, 1 to 8; 1 = upright.
    """

    format: str
    width: int
    height: int
    bit_depth: int
    colour: int
    orientation: int = UPRIGHT

    def size(self, turned: bool = True) -> tuple[int, int]:
        """(width, height) when decoded.

        Args:
            turned: the loader obeys EXIF's orientation, as mmcv's does by default; ``False`` for
                labels, which nobody turns.
        """
        if turned and self.orientation in TRANSPOSED:
            return self.height, self.width
        return self.width, self.height

    def size_like(self, shape: tuple[int, int]) -> tuple[int, int]:
        """(width, height) of the way of decoding whose longer side is that of a map (h, w)."""
        size = self.size()
        same = (size[0] > size[1]) == (shape[1] > shape[0])
        return size if same else self.size(turned=False)


def read_header(path: str | os.PathLike) -> ImageHeader | None:
    """Read the header of an image or array; check that a PNG, JPEG or .npy file is all there.

    Args:
        path: file to look at; a few kilobytes are read, unless bytes follow its end mark.

    Returns:
        The header, or ``None`` for a file of a format that Pillow does not know.

    Raises:
        ValueError: empty, truncated or damaged file, or none of what its name says; the message
            names it.
        FileNotFoundError: no such file, or a link to none.
    """
    with open_file(path) as file:
        head = file.read(HEAD_LENGTH)
        if head.startswith(PNG_SIGNATURE):
            return _png_header(file, head, path)
        if head.startswith(JPEG_START):
            return _jpeg_header(file, path)
        if head.startswith(NPY_SIGNATURE):
            return _npy_header(file, path)
    if not head:
        raise ValueError(f'{path}: the file is empty. Copy or download it again')
    if head.startswith(_LFS):
        raise ValueError(f'{path}: a pointer of Git LFS and not the file itself. Run git lfs pull')
    return _other_header(path)


def open_file(path: str | os.PathLike) -> BinaryIO:
    """Open a file to read its bytes.

    Raises:
        FileNotFoundError: no such file; of a link to none, the message says where it leads.
    """
    try:
        return open(path, 'rb', buffering=0)
    except FileNotFoundError as error:
        if not os.path.islink(path):
            raise
        raise FileNotFoundError(f'{path}: a link to {os.readlink(path)}, which does not exist. '
                                'Link it to where the data is now') from error


def _other_header(path: str | os.PathLike) -> ImageHeader | None:
    """The header of any other format that Pillow knows, as far as decoders agree on it."""
    try:
        with Image.open(path) as image:
            orientation = image.getexif().get(ORIENTATION_TAG, UPRIGHT)
            if orientation != UPRIGHT and image.format.lower() not in FORMATS:
                return None  # of TIFF and AVIF some decoders turn pictures, and some do not
            return ImageHeader(image.format.lower(), *image.size, 8, RGB, orientation)
    except UnidentifiedImageError:
        if str(path).lower().endswith(_CERTAIN):
            raise ValueError(f'{path}: no image, whatever its name says. Copy or download it '
                             'again') from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        pass  # the loader says what is wrong
    return None


def _png_header(file: BinaryIO, head: bytes, path: str | os.PathLike) -> ImageHeader:
    fields = png_fields(head)
    if fields is None or not has_png_end(file):
        raise ValueError(f'{path}: truncated PNG (its end mark IEND is missing). '
                         'Copy or download the file again')
    return ImageHeader('png', *fields, png_orientation(file))


def _npy_header(file: BinaryIO, path: str | os.PathLike) -> ImageHeader:
    size = file.seek(0, os.SEEK_END)
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


def _jpeg_header(file: BinaryIO, path: str | os.PathLike) -> ImageHeader:
    try:
        frame = read_jpeg(file)
    except ValueError as error:
        raise ValueError(f'{path}: {error}. Copy or download the file again') from error
    return ImageHeader(
        'jpeg', frame.width, frame.height, frame.bit_depth, RGB, frame.orientation)
