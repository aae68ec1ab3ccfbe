"""What can be known about a data set's files before training starts, from their headers alone."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Mapping

from mmengine.logging import print_log

from .image_header import ImageHeader, read_header
from .lossy import lossy_encoding
from .map_types import OWN_TYPES, MapType
from .orientation import FORMATS, TRANSPOSED, UPRIGHT

_REMEDY = ('Use the files as downloaded; a viewer or an image library that saved them again '
           'has destroyed the values. Save labels of your own as the values themselves, numbers '
           'with a point as .npy')


def check_map_type(key: str, header: ImageHeader | None, path: str,
                   types: Mapping[str, MapType] = OWN_TYPES) -> None:
    """Raise a :class:`ValueError` if a label file of kind ``key`` has the wrong type.

    Args:
        key: the key of the frame's dict, such as 'disparity_path'.
        header: the file's header. Of formats other than PNG only the encoding is looked at; types
            are left to the loader.
        path: the file.
        types: what the kinds of files may be.
    """
    if header is None or header.format not in ('png', 'npy'):
        with open(path, 'rb') as file:
            check_lossless(key, lossy_encoding(file), path)
    if header is None or key not in types:
        return
    problem = types[key].problem(header)
    if problem:
        raise ValueError(f'{path} ({key}): {problem}. {_REMEDY}')


def check_lossless(key: str, encoding: str | None, path: str) -> None:
    """Raise a :class:`ValueError` for an encoding that :func:`lossy_encoding` found in a label."""
    if encoding is not None:
        raise lossy_label(key, encoding, path)


def lossy_label(key: str, encoding: str, path: str) -> ValueError:
    """The error for a label in an encoding that :func:`lossy_encoding` found."""
    return ValueError(f'{path} ({key}): a label stored as {encoding}: there would be wrong '
                      'labels at every edge. Save it anew as PNG, from what it was drawn with '
                      '(converting this file does not bring the values back)')


def check_frames(frames: Iterable[Mapping], keys: tuple[str, ...],
                 types: Mapping[str, MapType] = OWN_TYPES,
                 turned: Container[str] = FORMATS) -> None:
    """Check type, completeness and size of every frame's files.

    Images that EXIF turns without changing the size are warned of: nothing tells whether their
    labels were drawn on the turned picture.

    Args:
        frames: one dict a frame with ``img_path`` and some of ``keys``.
        keys: kinds of label files to look at.
        types: what the kinds of files may be.
        turned: formats of images that the pipeline's loader turns as their EXIF says.

    Raises:
        ValueError: at the first file that is truncated, of the wrong type, or of another size
            than its image.
    """
    doubtful = []
    for frame in frames:
        image = read_header(frame['img_path'])
        labelled = False
        for key in keys:
            if key not in frame:
                continue
            label = read_header(frame[key])
            check_map_type(key, label, frame[key], types)
            if image and label:
                _check_size(frame, key, image, label, image.format in turned)
                labelled = True
        if labelled and image.format in turned and image.orientation != UPRIGHT and (
                image.orientation not in TRANSPOSED or image.width == image.height):
            doubtful.append(frame['img_path'])
    if doubtful:
        print_log(f'{len(doubtful)} images with labels are turned by their EXIF orientation when '
                  f'loaded; the first is {doubtful[0]}. If their labels were drawn on the unturned '
                  f'pictures, {TURN_REMEDY}', logger='current', level=logging.WARNING)


TURN_REMEDY = ('load images with dict(type="LoadImageFromFile", color_type='
               '"color_ignore_orientation"), or turn the files themselves (exiftran, jhead '
               '-autorot) and draw anew')


def _check_size(frame: Mapping, key: str, image: ImageHeader, label: ImageHeader,
                turned: bool) -> None:
    found, wanted = label.size(turned=False), image.size(turned)
    if found == wanted:
        return
    text = (f'image and label differ in size (width x height): {frame["img_path"]} is '
            f'{wanted[0]} x {wanted[1]}, {frame[key]} ({key}) is {found[0]} x {found[1]}')
    if image.orientation in TRANSPOSED and found == image.size(not turned):
        raise ValueError(f'{text}. {turn_hint(image.orientation, turned)}')
    raise ValueError(f'{text}. Resize both in the pipeline instead')


def turn_hint(orientation: int, turned: bool) -> str:
    """What to do where image and label lie crosswise, by whether the image was turned."""
    if turned:
        return (f'The image is turned when loaded (EXIF orientation {orientation}), but its label '
                f'was drawn on the unturned picture: {TURN_REMEDY}')
    return (f'The label was drawn on the picture as EXIF turns it (orientation {orientation}), but '
            'the pipeline loads it unturned: use color_type="color" in LoadImageFromFile')
