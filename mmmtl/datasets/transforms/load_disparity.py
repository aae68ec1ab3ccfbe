"""Loader of disparity maps."""

from __future__ import annotations

import numpy as np

from mmmtl.registry import TRANSFORMS

from .decode import read_map
from .disparity import decode_disparity
from .load_map import LoadMap, check_map_size


@TRANSFORMS.register_module()
class LoadDisparity(LoadMap):
    """Load ``disparity_path`` into ``gt_inverse_depth_map``: (H, W) float32.

    Pixels at the size of the map; 0 = infinitely far; NaN = not measured. Encoding of Cityscapes:
    d = (p - 1) / 256, p = 0 not measured. The sky, if the data set names its label id (``sky_id``)
    and the frame has semantic labels, is 0 and valid. It does not matter whether semantic labels
    are loaded before, after or not at all.

    Floating-point ``.npy`` files hold inverse depth in a unit of their own, 0 = not measured.

    Args:
        unit_float: pixels of disparity per 1 of a floating-point file. 1 keeps the file's unit;
            inverse depth is then in that unit at the size of the file, and zooms like pixels.
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, neither 16-bit nor floats, negative values, or another size than
            the image.
    """

    path_key = 'disparity_path'
    field = 'gt_inverse_depth_map'

    def __init__(self, unit_float: float = 1., backend_args: dict | None = None) -> None:
        super().__init__(backend_args)
        if unit_float <= 0:
            raise ValueError('unit_float is pixels per 1 in the file and must be positive, not '
                             f'{unit_float}')
        self.unit_float = unit_float

    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Disparity with the sky at infinity."""
        if self.holds_floats(results, pixels):
            inverse_depth = self.decode_float(pixels, results, self.unit_float)
            sky = self._sky(results)
            if sky is not None:
                inverse_depth[sky] = 0
            return inverse_depth
        if pixels.dtype != np.uint16:
            raise self.wrong_type(
                results, pixels, 'disparity is stored in 16 bits, or as floats (.npy)')
        return decode_disparity(pixels, self._sky(results))

    def describe_unit(self, results: dict) -> str | None:
        """How the disparity of a frame was read, and which option changes that."""
        stored = self.stored_type(results)
        if stored is None:
            return None
        if stored.kind == 'f':
            return (f'inverse depth of floats, times {self.unit_float:.6g} pixels, 0 = not '
                    'measured (LoadDisparity(unit_float=...))')
        return 'disparity of 16 bits, (p - 1) / 256 pixels as in Cityscapes, 0 = not measured'

    def _sky(self, results: dict) -> np.ndarray | None:
        sky = results.pop('sky_mask', None)
        if sky is None and 'sky_id' in results and 'seg_map_path' in results:
            ids = read_map(results['seg_map_path'], 'seg_map_path', self.backend_args)
            check_map_size(results, 'seg_map_path', ids.shape)
            sky = ids == results['sky_id']
        return sky
