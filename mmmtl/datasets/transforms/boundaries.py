"""Semantic boundaries: made from a map of classes, or loaded from files."""

from __future__ import annotations

import numpy as np
from mmcv.transforms import BaseTransform

from mmmtl.fields import IGNORED
from mmmtl.registry import TRANSFORMS

from .align import pad_to_image
from .load_map import LoadMap, note_loaded

_FIELD = 'gt_boundary_map'


def boundaries_of(labels: np.ndarray, ignore_index: int = IGNORED) -> np.ndarray:
    """Pixels at which the class changes, one pixel wide.

    A pixel is a boundary if its class differs from that of its neighbour to the right, below, or
    to the lower right, as in ``seg2bmap`` of the BSDS benchmark (Martin et al., PAMI 2004). Between
    a class and pixels without one nobody knows: what has no class itself, or has such a neighbour
    and none of another class, is unknown.

    Args:
        labels: (H, W) classes.
        ignore_index: label of pixels without a class.

    Returns:
        (H, W) float32: 1 = boundary, 0 = none, NaN = unknown.
    """
    padded = np.pad(labels, ((0, 1), (0, 1)), mode='edge')
    known = labels != ignore_index
    differs, doubtful = np.zeros(labels.shape, bool), ~known
    for other in (padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]):
        both = known & (other != ignore_index)
        differs |= both & (labels != other)
        doubtful |= ~both
    return np.where(differs, 1, np.where(doubtful, np.nan, 0)).astype(np.float32)


@TRANSFORMS.register_module()
class GenerateBoundaries(BaseTransform):
    """Make ``gt_boundary_map`` from ``gt_seg_map``: see :func:`boundaries_of`.

    Put it last before packing, after every transform of geometry, so that lines stay one pixel
    wide. A frame without semantic label has none, and one whose boundaries were loaded keeps them.
    """

    def transform(self, results: dict) -> dict:
        """Add ``gt_boundary_map`` where there is a semantic label."""
        labels = results.get('gt_seg_map')
        if labels is None or results.get('semantic_unlabelled') or _FIELD in results:
            return results
        pad_to_image(results)
        results[_FIELD] = boundaries_of(labels)
        note_loaded(results, _FIELD)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'


@TRANSFORMS.register_module()
class LoadBoundaries(LoadMap):
    """Load ``boundary_path`` into ``gt_boundary_map``: (H, W) float32, 1 = boundary, 0 = none.

    Grey images or ``.npy``: every value above 0 is a boundary; NaN is unknown. Resizing takes the
    nearest pixel: lines of one pixel break where an image is shrunk and widen where it is enlarged.
    Store them at the size of the network's input, or make them from labels
    (:class:`GenerateBoundaries`).

    Args:
        unknown: value of pixels of which nothing is known; ``None``: there are none.
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, colours, or another size than the image.
    """

    path_key = 'boundary_path'
    field = _FIELD

    def __init__(self, unknown: int | None = None, backend_args: dict | None = None) -> None:
        super().__init__(backend_args)
        self.unknown = unknown

    def decode(self, pixels: np.ndarray, results: dict) -> np.ndarray:
        """Lines as 1."""
        nothing = np.isnan(pixels) if pixels.dtype.kind == 'f' else np.zeros(pixels.shape, bool)
        if self.unknown is not None:
            nothing |= pixels == self.unknown
        return np.where(nothing, np.nan, pixels > 0).astype(np.float32)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(unknown={self.unknown}, backend_args={self.backend_args})'
