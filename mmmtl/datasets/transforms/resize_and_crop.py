"""Resize, repair units and crop in one step that computes only what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmcv.image.geometric import rescale_size
from mmcv.transforms import BaseTransform, RandomResize
from mmseg.datasets.transforms import RandomCrop, Resize

from mmmtl.fields import MAP_FIELDS
from mmmtl.registry import TRANSFORMS

from .repair_units import RepairUnits, note_sizes, repair_units
from .resize_kernel import class_counts
from .resized_part import Box, bilinear_part, is_exact, nearest_index, nearest_part

_TYPES = tuple(map(np.dtype, ('uint8', 'uint16', 'int32', 'float32')))  # that kernels know


@TRANSFORMS.register_module()
class ResizeAndCrop(BaseTransform):
    """``RandomResize``, ``RepairUnits`` and ``RandomCrop``, without what the crop drops.

    The three draw the same random numbers and give the same results to the last bit; but the whole
    frame is not resized first, only the part that the crop keeps. A data set puts this in the place
    of the three (:func:`~mmmtl.datasets.fuse_steps.fuse_steps`); configs go on naming them.

    Frames and options that the short way does not know go the long way, through the three: images
    that are not of 8 bits and three channels, maps of another size than the image, boxes and
    keypoints, other classes or backends than mmseg's with OpenCV, and an OpenCV whose resizing is
    not the known one.

    Args:
        transforms: configs of the three, in this order. What is registered under their names may be
            something else: it goes the long way.
    """

    def __init__(self, transforms: Sequence[Mapping[str, Any]]) -> None:
        self.transforms = [TRANSFORMS.build(dict(step)) for step in transforms]
        self.resize, self.repair, self.crop = self.transforms
        self.is_known = _is_known(*self.transforms)

    def transform(self, results: dict) -> dict | None:
        """As if each of the three had been called."""
        if self.is_known and _is_plain(results) and _has_labels(results, self.crop) and is_exact():
            return self._transform_part(results)
        for step in self.transforms:
            results = step(results)
            if results is None:
                return None
        return results

    def _transform_part(self, results: dict) -> dict:
        image = results['img']
        height, width = image.shape[:2]
        scale = self.resize._random_scale()
        size = self._size(width, height, scale)
        rows, columns = nearest_index(height, size[1]), nearest_index(width, size[0])
        box = self._draw_crop(results, rows, columns)
        rows, columns = rows[box.top:box.bottom], columns[box.left:box.right]
        for field in results.get('seg_fields', ()):
            results[field] = nearest_part(results[field], rows, columns)
        results['img'] = bilinear_part(image, size, box)
        results.update(
            scale=scale, keep_ratio=self.resize.resize.keep_ratio,
            scale_factor=(size[0] / width, size[1] / height), img_shape=results['img'].shape[:2])
        repair_units(results, size, self.repair.zoom_depth)
        note_sizes(results, size)
        return results

    def _size(self, width: int, height: int, scale: tuple[int, int]) -> tuple[int, int]:
        """(width, height) of the resized frame."""
        if self.resize.resize.keep_ratio:
            return rescale_size((width, height), scale)
        return scale

    def _draw_crop(self, results: dict, rows: np.ndarray, columns: np.ndarray) -> Box:
        """The part that ``RandomCrop`` would keep of the resized frame, by its own draws."""
        box = self._draw_box(rows.size, columns.size)
        if self.crop.cat_max_ratio >= 1:
            return box
        for _ in range(10):  # the box after the tenth refusal is taken untested
            if self._is_mixed(results['gt_seg_map'], rows, columns, box):
                break
            box = self._draw_box(rows.size, columns.size)
        return box

    def _draw_box(self, height: int, width: int) -> Box:
        rows, columns = self.crop.crop_size
        top = np.random.randint(0, max(height - rows, 0) + 1)
        left = np.random.randint(0, max(width - columns, 0) + 1)
        return Box(top, min(top + rows, height), left, min(left + columns, width))

    def _is_mixed(self, labels: np.ndarray, rows: np.ndarray, columns: np.ndarray,
                  box: Box) -> bool:
        """Whether no class covers more than its share of the box."""
        counts = class_counts(labels, rows[box.top:box.bottom], columns[box.left:box.right])
        if 0 <= self.crop.ignore_index < counts.size:
            counts[self.crop.ignore_index] = 0
        counts = counts[counts > 0]
        return counts.size > 1 and counts.max() / counts.sum() < self.crop.cat_max_ratio

    def __repr__(self) -> str:
        return f'{type(self).__name__}({", ".join(map(repr, self.transforms))})'


def _is_known(resize: RandomResize, repair: RepairUnits, crop: RandomCrop) -> bool:
    """Whether the three are the hosts' own, with options that the short way has."""
    inner = getattr(resize, 'resize', None)
    kinds = ((resize, RandomResize), (inner, Resize), (repair, RepairUnits), (crop, RandomCrop))
    return all(type(one) is kind for one, kind in kinds) and not repair.mark_only and (
        inner.backend == 'cv2' and inner.interpolation == 'bilinear'
        and isinstance(crop.ignore_index, int))


def _is_plain(results: dict) -> bool:
    """Whether a frame is an ordinary image with maps of its size, and nothing else that moves."""
    image = results.get('img')
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.shape[2:] != (3, ):
        return False
    if any(results.get(key) is not None for key in ('gt_bboxes', 'gt_keypoints', 'pad_fixed_size')):
        return False
    fields = results.get('seg_fields', ())
    return all(_is_usual(results[field], image) for field in fields) and all(
        name in fields for name, field in MAP_FIELDS.items()
        if field.zoom is not None and name in results)


def _is_usual(values: np.ndarray, image: np.ndarray) -> bool:
    return values.shape[:2] == image.shape[:2] and values.dtype in _TYPES


def _has_labels(results: dict, crop: RandomCrop) -> bool:
    """Whether the crop can look at classes, if it wants to."""
    labels = results.get('gt_seg_map')
    return crop.cat_max_ratio >= 1 or (
        labels is not None and labels.dtype == np.uint8 and labels.ndim == 2)
