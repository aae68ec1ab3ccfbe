"""Cityscapes with semantics, instances and disparity, as downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmseg.datasets import CityscapesDataset

from mmmtl.registry import DATASETS

from .base_multi_task import BaseMultiTaskDataset
from .cityscapes_labels import THING_CLASSES, TRAIN_CLASS_IDS, id_to_train_id

_FOLDERS = dict(
    seg_map_path='gtFine', instance_path='gtFine', disparity_path='disparity', camera_path='camera')


@DATASETS.register_module()
class CityscapesMultiTaskDataset(BaseMultiTaskDataset):
    """Cityscapes, read from the official tree; no conversion step::

        data/cityscapes/
            leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png
            gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png
            gtFine/train/aachen/aachen_000000_000019_gtFine_instanceIds.png
            disparity/train/aachen/aachen_000000_000019_disparity.png    (optional, 16 bits)
            camera/train/aachen/aachen_000000_000019_camera.json         (optional)

    Label ids are mapped to the 19 training classes when loading (``*_labelTrainIds.png`` works
    too: ``seg_map_suffix='_gtFine_labelTrainIds.png'``). Instances: those of the thing classes
    that are in use; regions of a bare label id (crowds, groups) are none. Disparity: the sky is 0
    and valid. Licence: https://www.cityscapes-dataset.com/license (research, no redistribution).

    Args:
        data_root: root of the tree.
        split: 'train', 'val' or 'test'.
        data_prefix: instead of ``split``, folders as in mmseg's configs,
            ``dict(img_path='leftImg8bit/train', seg_map_path='gtFine/train')``. What is not given
            is derived from ``img_path``, if that has a part ``leftImg8bit``, and may be missing.
        **kwargs: see :class:`BaseMultiTaskDataset`.

    Raises:
        ValueError: neither ``split`` nor ``data_prefix`` with ``img_path`` given, or both.
    """

    METAINFO = dict(
        CityscapesDataset.METAINFO, thing_classes=THING_CLASSES, label_ids=TRAIN_CLASS_IDS)
    instance_divisor, first_instance = 1000, 0

    def __init__(self,
                 data_root: str | None = None,
                 split: str | None = None,
                 data_prefix: Mapping[str, str | None] | None = None,
                 img_suffix: str = '_leftImg8bit.png',
                 seg_map_suffix: str = '_gtFine_labelIds.png',
                 instance_suffix: str = '_gtFine_instanceIds.png',
                 disparity_suffix: str = '_disparity.png',
                 camera_suffix: str = '_camera.json',
                 **kwargs: Any) -> None:
        prefix, derived = self._folders(split, dict(data_prefix or {}))
        self.on_train_ids = 'TrainIds' in seg_map_suffix
        super().__init__(
            data_root=data_root,
            data_prefix=prefix,
            img_suffix=img_suffix,
            seg_map_suffix=seg_map_suffix,
            instance_suffix=instance_suffix,
            disparity_suffix=disparity_suffix,
            camera_suffix=camera_suffix,
            optional=kwargs.pop('optional', derived),
            **kwargs)

    @staticmethod
    def _folders(split: str | None, given: dict) -> tuple[dict, tuple[str, ...]]:
        """Folders of all kinds of files, and which of them were only guessed from the others."""
        if (split is None) == ('img_path' not in given):
            raise ValueError('give either split ("train", "val", "test") or data_prefix with '
                             f'img_path: split={split!r}, data_prefix={given}')
        image = given.setdefault('img_path', f'leftImg8bit/{split}')
        parts = image.split('/')
        derived = []
        if 'leftImg8bit' in parts:
            place = parts.index('leftImg8bit')
            for key, folder in _FOLDERS.items():
                if key not in given:
                    given[key] = '/'.join([*parts[:place], folder, *parts[place + 1:]])
                    derived.append(key)
        # the fine annotation is the data set: only the other downloads may be missing
        return given, tuple(key for key in derived if key != 'seg_map_path')

    def frame_info(self) -> dict:
        """Label map from ids on disk, encoding of the instance ids, id of the sky."""
        info = super().frame_info()
        if not self.on_train_ids:
            info['label_map'] = id_to_train_id(self.label_map)
        info['sky_id'] = list(TRAIN_CLASS_IDS).index('sky') if self.on_train_ids else (
            TRAIN_CLASS_IDS['sky'])
        things = self._metainfo['thing_classes']
        info['instance_encoding'] = self.instance_encoding or dict(
            divisor=self.instance_divisor, first=self.first_instance,
            class_ids=tuple(TRAIN_CLASS_IDS[name] for name in things if name in TRAIN_CLASS_IDS))
        return info
