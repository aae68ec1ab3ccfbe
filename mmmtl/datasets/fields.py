"""The ground-truth maps that this package adds to mmseg's: one table for padding and units.

A field has the same name in the pipeline's ``results`` (numpy, ``(H, W)`` or ``(H, W, C)``) and in
the data sample (:obj:`PixelData` with ``data`` of shape ``(C, H, W)``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np


@dataclass(frozen=True)
class MapField:
    """What a ground-truth map means where geometry changes it.

    Attributes:
        dtype: type of the values, in numpy's words.
        fill: value of a pixel of which nothing is known (padding): 0 = no instance; NaN = nothing
            measured.
        zoom_power: an image enlarged by s multiplies the values by ``s ** zoom_power``.
    """

    dtype: str
    fill: float
    zoom_power: int = 0


MAP_FIELDS: Mapping[str, MapField] = MappingProxyType({
    # instance ids, 0 = no instance
    'gt_instance_map': MapField('int32', 0),
    # disparity in pixels at the current image size, 0 = infinitely far
    'gt_inverse_depth_map': MapField('float32', np.nan, zoom_power=1),
    # metres, seen by a camera of fixed focal length: an enlarged image looks nearer
    'gt_depth_map': MapField('float32', np.nan, zoom_power=-1),
    # unit vectors (x right, y down, z away from the camera); RepairUnits turns them with a zoom
    'gt_normal_map': MapField('float32', np.nan),
    # centroid of the visible instance - pixel, pixels, channels (x, y)
    'gt_instance_vector': MapField('float32', np.nan),
})
"""Fields by name. ``gt_seg_map`` is not here: mmseg pads and packs it (255 = ignored)."""

#: class of pixels without one in ``gt_seg_map``, which becomes ``gt_sem_seg``
IGNORED = 255
#: key of a sample's meta information: field → whether its label has a value to learn from
HAS_VALUES = 'has_values'
#: key of a sample's meta information: the largest class in ``gt_sem_seg``
LARGEST_CLASS = 'largest_class'
#: key of a sample's meta information: field → numbers of a label of the whole image
LABEL_VALUES = 'label_values'


def logits_field(pred_field: str) -> str:
    """Where the logits of predicted classes are: ``seg_logits``, as mmseg has it, ``x_logits``.

    Args:
        pred_field: of the classes, ``pred_sem_seg``, ``pred_x``.
    """
    name = pred_field.removeprefix('pred_')
    return 'seg_logits' if name == 'sem_seg' else f'{name}_logits'


def largest_class(labels: np.ndarray) -> int:
    """The largest class in a map of classes, and -1 if no pixel has one."""
    if labels.dtype == np.uint8:  # 255 + 1 is 0: one pass, without a copy of what is not ignored
        return int((labels + np.uint8(1)).max(initial=0)) - 1
    return int(labels.max(initial=-1, where=labels != IGNORED))


def has_measurement(array: np.ndarray) -> bool:
    """Whether a map (H, W, ...) of measurements has any; NaN and infinity are none."""
    return bool(np.isfinite(array[::16]).any() or np.isfinite(array).any())  # often seen in a few


def pad_map(array: np.ndarray, shape: tuple[int, int], fill: float) -> np.ndarray:
    """Pad a map of shape (H, W, ...) at the bottom and the right to ``shape`` with ``fill``.

    Raises:
        ValueError: if the map is larger than ``shape``.
    """
    rows, columns = shape[0] - array.shape[0], shape[1] - array.shape[1]
    if rows == 0 and columns == 0:
        return array
    if rows < 0 or columns < 0:
        raise ValueError(f'a map of {array.shape[:2]} cannot be padded to the smaller {shape}')
    width = [(0, rows), (0, columns)] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, width, constant_values=fill)
