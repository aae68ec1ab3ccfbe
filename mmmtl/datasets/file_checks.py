"""What can be known about a data set's files before training starts, from their headers alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .image_header import GREY, PALETTE, RGB, RGB_ALPHA, ImageHeader, read_header


@dataclass(frozen=True)
class MapType:
    """PNG types a label may have: grey of one of ``bits``, or also a palette of 8 bits or less.

    With ``colour``, RGB (and an alpha that is not looked at) of one of ``bits`` instead.
    """

    what: str
    bits: tuple[int, ...]
    palette: bool = False
    colour: bool = False

    def problem(self, header: ImageHeader) -> str | None:
        """Why a PNG of this header cannot be such a label; ``None`` if it can."""
        if header.format != 'png' or (self.palette and header.colour == PALETTE):
            return None
        wanted = ' or '.join(str(bits) for bits in self.bits)
        if self.colour and header.colour not in (RGB, RGB_ALPHA):
            return f'no PNG in colour (RGB), as which {self.what} is stored'
        if not self.colour and header.colour != GREY:
            return f'a PNG in colour, but {self.what} is stored as grey PNG of {wanted} bits'
        if header.bit_depth not in self.bits:
            return f'a PNG of {header.bit_depth} bits, but {self.what} needs {wanted} bits'
        return None


MAP_TYPES: Mapping[str, MapType] = {
    'seg_map_path': MapType('a map of label ids', (8,), palette=True),
    'instance_path': MapType('a map of instance ids (class id * 1000 + number)', (16,)),
    'disparity_path': MapType('disparity ((p - 1) / 256 pixels)', (16,)),
    'depth_path': MapType('depth', (8, 16)),
    'normal_path': MapType('a normal map', (8, ), colour=True),
}
_REMEDY = ('Use the files as downloaded; a viewer or an image library that saved them again '
           'has destroyed the values')


def check_map_type(key: str, header: ImageHeader | None, path: str) -> None:
    """Raise a :class:`ValueError` if a label file of kind ``key`` has the wrong PNG type.

    Args:
        key: the key of the frame's dict, such as 'disparity_path'.
        header: the file's header; files of formats other than PNG are left to the loader.
        path: the file, for the message.
    """
    if header is None or key not in MAP_TYPES:
        return
    problem = MAP_TYPES[key].problem(header)
    if problem:
        raise ValueError(f'{path} ({key}): {problem}. {_REMEDY}')


def check_frames(frames: Iterable[Mapping], keys: tuple[str, ...]) -> None:
    """Check type, completeness and size of every frame's files.

    Args:
        frames: one dict a frame with ``img_path`` and some of ``keys``.
        keys: kinds of label files to look at.

    Raises:
        ValueError: at the first file that is truncated, of the wrong type, or of another size
            than its image.
    """
    for frame in frames:
        image = read_header(frame['img_path'])
        for key in keys:
            if key not in frame:
                continue
            label = read_header(frame[key])
            check_map_type(key, label, frame[key])
            if image and label and (image.width, image.height) != (label.width, label.height):
                raise ValueError(
                    f'image and label differ in size (width x height): {frame["img_path"]} is '
                    f'{image.width} x {image.height}, {frame[key]} ({key}) is '
                    f'{label.width} x {label.height}. Resize both in the pipeline instead')
