"""Loader of semantic labels that checks them."""

from __future__ import annotations

import logging

import numpy as np
from mmengine.logging import print_log
from mmseg.datasets.transforms import LoadAnnotations

from mmmtl.registry import TRANSFORMS

from .decode import read_map
from .label_table import IGNORED, map_labels
from .load_map import check_map_size, note_loaded


@TRANSFORMS.register_module()
class LoadSemanticLabels(LoadAnnotations):
    """mmseg's ``LoadAnnotations`` with checks and partial labels.

    Adds ``gt_seg_map``: (H, W) uint8, 255 = ignored. A frame without ``seg_map_path`` gets a map
    that is ignored throughout and marked ``semantic_unlabelled``, since transforms of mmseg read
    it unasked (``RandomCrop(cat_max_ratio=...)``, ``GenerateEdge``); packing leaves it out.
    ``label_map`` (id on disk -> label), ``reduce_zero_label`` and ``num_labels`` come
    from the data set and mean what they mean in mmseg; one table applies them.

    If the frame has a disparity and the data set names the label id of the sky (``sky_id``), the
    sky is kept in ``results['sky_mask']`` for ``LoadDisparity``, since its id is gone from
    ``gt_seg_map`` when only some of the classes are used.

    Files hold whole numbers of any type; −1 is ignored too (MTAN's preprocessed files). Numbers
    above 255 must be classes that ``label_map`` maps.

    A file of two classes that holds 0 and 255 alone is warned of, once: masks of black and white
    would have their second class ignored.

    Args:
        backend_args: mmengine's file backend.

    Raises:
        ValueError: damaged file, other size than the image, values outside the classes.
    """

    def __init__(self, backend_args: dict | None = None) -> None:
        super().__init__(backend_args=backend_args)
        self._looks_for_masks = True

    def transform(self, results: dict) -> dict:
        """Add ``gt_seg_map``."""
        if 'seg_map_path' not in results:
            results['semantic_unlabelled'] = True
            results['gt_seg_map'] = np.full(results['img'].shape[:2], 255, np.uint8)
            note_loaded(results, 'gt_seg_map')
            return results
        ids = _whole_numbers(
            read_map(results['seg_map_path'], 'seg_map_path', self.backend_args), results)
        check_map_size(results, 'seg_map_path', ids.shape)
        labels, unknown = map_labels(ids, results.get('label_map'), results.get('num_labels'),
                                     bool(results.get('reduce_zero_label')))
        if unknown:
            some = f'{unknown[:9]} and {len(unknown) - 9} more' if unknown[9:] else unknown
            count = results.get('num_labels')
            raise ValueError(
                f'{results["seg_map_path"]} (seg_map_path): label values {some} are outside '
                f'the {"" if count is None else f"{count} "}classes of the data set (255 = '
                'ignored). Check seg_map_suffix and, for a data set of your own, '
                'metainfo=dict(classes=...) and reduce_zero_label')
        if self._looks_for_masks and _is_mask(ids, results):
            self._looks_for_masks = False
            print_log(f'{results["seg_map_path"]} (seg_map_path): holds 0 and 255 alone, and 255 '
                      'is ignored. If 255 means the second class, save masks of 0 and 1',
                      logger='current', level=logging.WARNING)
        if 'sky_id' in results and 'disparity_path' in results:
            results['sky_mask'] = ids == results['sky_id']
        results['gt_seg_map'] = labels
        note_loaded(results, 'gt_seg_map')
        return results


def _is_mask(ids: np.ndarray, results: dict) -> bool:
    """Whether labels of two classes may be a mask of black and white."""
    if results.get('num_labels') not in (None, 2) or results.get('label_map') is not None:
        return False
    ignored = ids == IGNORED
    return bool(ignored.any() and (ignored | (ids == 0)).all() and not ignored.all())


def _whole_numbers(pixels: np.ndarray, results: dict) -> np.ndarray:
    """Labels of any type as uint8 or uint16, -1 becoming 255."""
    if pixels.dtype in (np.uint8, np.uint16):
        return pixels
    labels = np.where(pixels == -1, IGNORED, pixels)
    strange = ~((labels >= 0) & (labels <= 65535) & (labels == np.floor(labels)))  # or NaN
    if strange.any():
        raise ValueError(
            f'{results["seg_map_path"]} (seg_map_path): labels must be whole numbers from 0 up or '
            f'-1 (ignored), found {np.unique(labels[strange])[:5].tolist()}. Check that '
            'data_prefix["seg_map_path"] is the folder of labels')
    return labels.astype(np.uint16)
