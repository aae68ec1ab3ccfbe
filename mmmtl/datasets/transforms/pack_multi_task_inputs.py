"""Packing of a frame's image and labels into mmseg's data sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from mmengine.structures import LabelData, PixelData
from mmseg.datasets.transforms import PackSegInputs

from mmmtl.fields import (
    HAS_VALUES,
    LABEL_VALUES,
    LARGEST_CLASS,
    MAP_FIELDS,
    has_measurement,
    largest_class,
)
from mmmtl.registry import TRANSFORMS

from ..image_labels import image_label_tensors, is_known
from .align import on_image, pad_to_image

META_KEYS = ('img_path', 'seg_map_path', 'camera_path', 'ori_shape', 'img_shape', 'pad_shape',
             'scale_factor', 'flip', 'flip_direction', 'reduce_zero_label', 'image_id', 'domain',
             'tasks')


@TRANSFORMS.register_module()
class PackMultiTaskInputs(PackSegInputs):
    """mmseg's ``PackSegInputs`` with the maps of the other tasks, which that one drops.

    Each map of :data:`mmmtl.fields.MAP_FIELDS` in the results becomes a
    :obj:`PixelData` of (C, H, W) under its own name. Maps are padded to the image where mmcv's
    ``Pad`` forgot them, and values are repaired after a flip (normals turn with it; one flip at
    most). ``image_labels``, ``{field: number or numbers}`` of whole images, become
    ``gt_<field>.item``, (k,); ``None`` is no label.

    A label may hold nothing to learn from (a crop without an instance, without a measured pixel,
    with ignored classes only). The sample's meta information says so, ``has_values``, ``{field:
    bool}``: heads take such a frame as unlabelled, and need not look into maps on a GPU. The
    numbers of image labels are there too, ``label_values``, and the ``largest_class`` of semantics,
    so that a label beyond the outputs of a head can be named.

    Args:
        meta_keys: keys that go into the sample's meta information.

    Raises:
        ValueError: if a map has neither the image's size nor, loaded after resizing, the original
            size; or an image label is no number.
    """

    def __init__(self, meta_keys: Sequence[str] = META_KEYS) -> None:
        super().__init__(meta_keys=tuple(meta_keys))

    def transform(self, results: dict) -> dict:
        """Pack the results into ``inputs`` and ``data_samples``."""
        pad_to_image(results)
        fields = [name for name in MAP_FIELDS if name in results]
        for name in ('gt_seg_map', *fields):
            _check_size(results, name)
        left_out = set(fields)  # packed below
        if results.get('semantic_unlabelled'):
            left_out |= {'gt_seg_map', 'gt_edge_map'}
        packed = super().transform({
            key: value for key, value in results.items() if key not in left_out})
        has_values = {}
        if 'gt_sem_seg' in packed['data_samples']:
            largest = largest_class(results['gt_seg_map'])
            has_values['gt_sem_seg'] = largest >= 0
            packed['data_samples'].set_metainfo({LARGEST_CLASS: largest})
        for name in fields:
            array = results[name]
            field = MAP_FIELDS[name]
            if field.dtype.startswith('float'):
                has_values[name] = has_measurement(array)
            if field.flip and _was_flipped(results, name):
                array = field.flip(array, results['flip_direction'])
            data = _channels_first(array, field.dtype)
            packed['data_samples'].set_data({name: PixelData(data=data)})
        label_values = {}
        labels = image_label_tensors(results.get('image_labels'), str(results.get('img_path')))
        for name, item in labels.items():
            packed['data_samples'].set_data({f'gt_{name}': LabelData(item=item)})
            has_values[f'gt_{name}'] = is_known(item)
            label_values[f'gt_{name}'] = tuple(item.tolist())
        packed['data_samples'].set_metainfo({HAS_VALUES: has_values, LABEL_VALUES: label_values})
        return packed


def _was_flipped(results: dict, name: str) -> bool:
    """Whether a map has been mirrored with the image: it was there when that was."""
    return (bool(results.get('flip')) and on_image(results, name)
            and name not in results.get('fields_not_flipped', ()))


def _channels_first(array: np.ndarray, dtype: str) -> torch.Tensor:
    array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    return torch.from_numpy(np.array(array, dtype=dtype, order='C'))


def _check_size(results: dict, name: str) -> None:
    if name not in results or results.get('img') is None:
        return
    found = tuple(results[name].shape[:2])
    wanted = tuple(results['img'].shape[:2])
    # mmseg's LoadAnnotations does not note when it loaded gt_seg_map
    unknown = name == 'gt_seg_map' and name not in results.get('units_width', {})
    may_be_original = unknown or not on_image(results, name)
    if found == wanted or (may_be_original and found == tuple(results.get('ori_shape', ())[:2])):
        return
    raise ValueError(
        f'{name} is {found} but the image is {wanted} (height, width) when packed: a transform '
        f'changed only one of them ({results.get("img_path")}). Use transforms that move all '
        "seg_fields (mmseg's, not mmcv's of the same name), and load the truth after resizing only "
        'in test pipelines')
