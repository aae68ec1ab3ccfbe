"""Loader of instance ids."""

from __future__ import annotations

import numpy as np

from mmmtl.registry import TRANSFORMS

from ..map_types import needs_16_bits
from .instance_ids import InstanceEncoding, keep_things
from .load_map import LoadMap

_LARGEST = np.iinfo(np.int32).max


@TRANSFORMS.register_module()
class LoadInstanceIds(LoadMap):
    """Load ``instance_path`` into ``gt_instance_map``: (H, W) int32, 0 = no instance.

    mmseg's ``LoadAnnotations`` would cast the ids to 8 bits. With the data set's
    ``instance_encoding`` (dict of :class:`InstanceEncoding`'s arguments) only instances of its
    thing classes stay, as class id * 1000 + number: stuff, crowds and groups become 0. Without it
    every positive value is the id of an instance, whatever number of bits holds it (a palette's
    indices too).

    Args:
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, wrong type (8 bits with an encoding whose ids need more), an id
            that does not fit into 32 bits, or another size than the image.
    """

    path_key = 'instance_path'
    field = 'gt_instance_map'

    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Keep the ids of things."""
        encoding = results.get('instance_encoding')
        if pixels.dtype.kind not in 'iu':
            raise self.wrong_type(results, pixels, 'instance ids are whole numbers')
        if pixels.dtype.itemsize < 2 and needs_16_bits(encoding):
            raise self.wrong_type(
                results, pixels, 'instance ids need 16 bits or more (8 bits cut them off)')
        if pixels.size and pixels.max() > _LARGEST:
            raise ValueError(f'{results[self.path_key]} ({self.path_key}): id {pixels.max()} does '
                             'not fit into 32 bits. Number the instances anew')
        if encoding is None:
            return np.maximum(pixels, 0).astype(np.int32)
        return keep_things(pixels, InstanceEncoding(**encoding))
