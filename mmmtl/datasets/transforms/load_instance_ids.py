"""Loader of instance ids."""

from __future__ import annotations

import numpy as np

from mmmtl.registry import TRANSFORMS

from .instance_ids import InstanceEncoding, keep_things
from .load_map import LoadMap


@TRANSFORMS.register_module()
class LoadInstanceIds(LoadMap):
    """Load ``instance_path`` into ``gt_instance_map``: (H, W) int32, 0 = no instance.

    mmseg's ``LoadAnnotations`` would cast the ids to 8 bits. With the data set's
    ``instance_encoding`` (dict of :class:`InstanceEncoding`'s arguments) only instances of its
    thing classes stay, as class id * 1000 + number: stuff, crowds and groups become 0. Without it
    every positive value is the id of an instance.

    Args:
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, wrong type, or another size than the image.
    """

    path_key = 'instance_path'
    field = 'gt_instance_map'

    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Keep the ids of things."""
        if pixels.dtype.kind not in 'iu' or pixels.dtype.itemsize < 2:
            raise self.wrong_type(
                results, pixels, 'instance ids need 16 bits or more (8 bits cut them off)')
        encoding = results.get('instance_encoding')
        if encoding is None:
            return pixels.astype(np.int32)
        return keep_things(pixels, InstanceEncoding(**encoding))
