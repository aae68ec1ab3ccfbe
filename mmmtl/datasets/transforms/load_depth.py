"""Loader of metric depth maps."""

from __future__ import annotations

import numpy as np

from mmmtl.registry import TRANSFORMS

from .disparity import decode_depth_8bit, decode_depth_16bit
from .load_map import LoadMap


@TRANSFORMS.register_module()
class LoadDepth(LoadMap):
    """Load ``depth_path`` into ``gt_depth_map``: (H, W) float32 metres, NaN = not measured.

    The file's type tells the encoding: 16 bits hold multiples of ``unit_16bit``, 0 = not measured;
    8 bits hold floor(metres / unit), 0 = not measured; there is no usual unit, so that data set
    or ``unit_8bit`` must say it. Floating-point ``.npy`` files hold metres, 0 = not
    measured. ``depth_bits`` is noted in the results: what is made from the depth may need more
    than 8.

    Args:
        unit_16bit: metres per step of a 16-bit file; 0.001 = millimetres (1/256 for KITTI).
        unit_8bit: metres per step of an 8-bit file; ``None``: the data set's ``depth_unit_8bit``
            (1/25.5 for NYUv2 at 288 x 384).
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, neither 8- nor 16-bit nor floats, 8 bits of an unknown unit,
            negative depth, or another size than the image.
    """

    path_key = 'depth_path'
    field = 'gt_depth_map'

    def __init__(self,
                 unit_16bit: float = 0.001,
                 unit_8bit: float | None = None,
                 backend_args: dict | None = None) -> None:
        super().__init__(backend_args)
        if unit_16bit <= 0 or unit_8bit is not None and unit_8bit <= 0:
            raise ValueError('unit_16bit and unit_8bit are metres per step and must be positive, '
                             f'not {unit_16bit} and {unit_8bit}')
        self.unit_16bit = unit_16bit
        self.unit_8bit = unit_8bit

    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Metres by the file's type, which is noted as ``results['depth_bits']``."""
        results['depth_bits'] = 8 * pixels.dtype.itemsize
        if pixels.dtype == np.uint16:
            return decode_depth_16bit(pixels, self.unit_16bit)
        if pixels.dtype == np.uint8:
            return decode_depth_8bit(pixels, self._unit_8bit(results))
        if self.holds_floats(results, pixels):
            return self.decode_float(pixels, results)
        raise self.wrong_type(
            results, pixels, 'depth is stored in 8 or 16 bits, or as floats (.npy)')

    def describe_unit(self, results: dict) -> str | None:
        """How the depth of a frame was read, and which option changes that."""
        stored = self.stored_type(results)
        if stored is None:
            return None
        if stored == np.uint8:
            return (f'depth of 8 bits in steps of {self._unit_8bit(results):.6g} m, 0 = not '
                    'measured (LoadDepth(unit_8bit=...))')
        if stored == np.uint16:
            return (f'depth of 16 bits in steps of {self.unit_16bit:.6g} m, 0 = not measured '
                    '(LoadDepth(unit_16bit=...))')
        return 'depth of floats, metres, 0 = not measured'

    def _unit_8bit(self, results: dict) -> float:
        unit = results.get('depth_unit_8bit') if self.unit_8bit is None else self.unit_8bit
        if unit is None:
            raise ValueError(
                f'{results[self.path_key]} ({self.path_key}): depth of 8 bits, and nothing says '
                'how many metres a step is. Write dict(type="mmmtl.LoadDepth", unit_8bit=...) in '
                'all pipelines; pictures of depth whose range was stretched hold no metres: use '
                'files of 16 bits, or metres in .npy')
        return unit
