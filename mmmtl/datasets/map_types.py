"""Which PNG types a label may have: those of official data sets, and those of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mmmtl.fields import FIELDS, PngType

from .image_header import ImageHeader
from .png_chunks import GREY, GREY_ALPHA, PALETTE, RGB, RGB_ALPHA


@dataclass(frozen=True)
class MapType(PngType):
    """PNG types a label may have, and whether a file is of one."""

    def problem(self, header: ImageHeader) -> str | None:
        """Why a PNG of this header cannot be such a label; ``None`` if it can."""
        if header.format != 'png' or (self.palette and header.colour == PALETTE):
            return None
        wanted = ' or '.join(str(bits) for bits in self.bits)
        if self.colour and header.colour not in (RGB, RGB_ALPHA):
            return f'no PNG in colour (RGB), as which {self.what} is stored'
        if not self.colour and header.colour != GREY:
            kind = 'with an alpha channel' if header.colour == GREY_ALPHA else 'in colour'
            return f'a PNG {kind}, but {self.what} is stored as grey PNG of {wanted} bits'
        if header.bit_depth not in self.bits:
            return f'a PNG of {header.bit_depth} bits, but {self.what} needs {wanted} bits'
        return None


OFFICIAL_TYPES: Mapping[str, MapType] = {
    field.path_keys[0]: MapType(**vars(field.png)) for field in FIELDS.values() if field.png
}
"""Data sets that are read as downloaded: another type is a file that something spoilt."""

OWN_TYPES: Mapping[str, MapType] = {
    **OFFICIAL_TYPES,
    'seg_map_path': replace(OFFICIAL_TYPES['seg_map_path'], bits=(1, 8, 16)),
    'instance_path': MapType('a map of instance ids', (1, 8, 16), palette=True),
}
"""Data sets of one's own, whose labels and ids may be in whatever holds them."""


def own_types(instance_encoding: Mapping | None) -> Mapping[str, MapType]:
    """:data:`OWN_TYPES`, with instance ids of 16 bits where the encoding's need them."""
    if needs_16_bits(instance_encoding):
        return {**OWN_TYPES, 'instance_path': OFFICIAL_TYPES['instance_path']}
    return OWN_TYPES


def needs_16_bits(instance_encoding: Mapping | None) -> bool:
    """Whether an encoding (``InstanceEncoding``'s arguments) has ids above 255."""
    if not instance_encoding:
        return False
    largest = max(instance_encoding['class_ids'], default=0)
    return largest * instance_encoding['divisor'] + instance_encoding.get('first', 0) > 255
