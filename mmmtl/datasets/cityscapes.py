"""Cityscapes with semantics, instances and disparity, as downloaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmseg.datasets import CityscapesDataset

from mmmtl.registry import DATASETS

from .base_multi_task import BaseMultiTaskDataset
from .cityscapes_labels import (
    COARSE_CLASSES,
    THING_CLASSES,
    TRAIN_CLASS_IDS,
    coarse_metainfo,
    id_to_train_id,
    train_id_to_coarse,
)
from .map_types import OFFICIAL_TYPES, MapType

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
    and valid.

    Coarser classes, as in Liu et al. (CVPR 2019, Table 1): 7 are the categories flat, construction,
    object, nature, sky, human and vehicle; 2 are background and foreground (human and vehicle).
    They join the 19 training classes; whatever is ignored with 19 classes (void, but also parking,
    rail track, caravan ...) is ignored with 7 and 2 too, as in the benchmark's category scores.
    The paper does not say what it does with these. Instances keep their ids: the thing classes are
    human and vehicle, or foreground.

    Licence: https://www.cityscapes-dataset.com/license (research, no redistribution).

    Args:
        data_root: root of the tree.
        split: 'train', 'val' or 'test'.
        data_prefix: instead of ``split``, folders as in mmseg's configs,
            ``dict(img_path='leftImg8bit/train', seg_map_path='gtFine/train')``. What is not given
            is derived from ``img_path``, if that has a part ``leftImg8bit``, and may be missing.
        num_classes: 19, 7 or 2.
        **kwargs: see :class:`BaseMultiTaskDataset`.

    Raises:
        ValueError: neither ``split`` nor ``data_prefix`` with ``img_path`` given, or both; another
            number of classes, or classes that are not among them.
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
                 num_classes: int = 19,
                 metainfo: Mapping | None = None,
                 **kwargs: Any) -> None:
        if num_classes != 19 and num_classes not in COARSE_CLASSES:
            raise ValueError(f'Cityscapes has 19, 7 or 2 classes, not num_classes={num_classes}')
        self.num_classes = num_classes
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
            metainfo=self._class_set(metainfo),
            optional=kwargs.pop('optional', derived),
            **kwargs)

    def _class_set(self, metainfo: Mapping | None) -> Mapping | None:
        """The meta information of 7 or 2 classes, or of some of these; of 19 mmseg knows it."""
        asked = dict(metainfo or {})
        coarse = {name for classes in COARSE_CLASSES.values() for name in classes}
        known = COARSE_CLASSES.get(self.num_classes, TRAIN_CLASS_IDS)
        strange = [name for name in asked.get('classes', ()) if name not in known
                   and (self.num_classes != 19 or name in coarse)]
        if strange:
            raise ValueError(f'metainfo: classes {strange} are not among those of num_classes='
                             f'{self.num_classes}: {list(known)}')
        if self.num_classes == 19:
            return metainfo
        full = coarse_metainfo(self.num_classes)
        merged = {**full, **asked}
        classes = merged['classes'] = tuple(merged['classes'])
        if 'palette' not in asked:
            merged['palette'] = [full['palette'][full['classes'].index(name)] for name in classes]
        if 'thing_classes' not in asked:
            merged['thing_classes'] = tuple(
                name for name in full['thing_classes'] if name in classes)
        return merged

    @classmethod
    def get_label_map(cls, new_classes: Sequence[str] | None = None) -> dict[int, int] | None:
        """mmseg's map for some of the 19 classes; coarser ones are mapped by :meth:`frame_info`."""
        asked = set(new_classes or ())
        if not asked <= set(TRAIN_CLASS_IDS) and any(
                asked <= set(classes) for classes in COARSE_CLASSES.values()):
            return None
        return super().get_label_map(new_classes)

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

    def map_types(self) -> Mapping[str, MapType]:
        """Those of the official files, and no others."""
        return OFFICIAL_TYPES

    def frame_info(self) -> dict:
        """Label map from ids on disk, encoding of the instance ids, id of the sky."""
        info = super().frame_info()
        to_label = self.label_map
        if self.num_classes != 19:
            to_label = train_id_to_coarse(self.num_classes, self._metainfo['classes'])
        info['label_map'] = to_label if self.on_train_ids else id_to_train_id(to_label)
        info['sky_id'] = list(TRAIN_CLASS_IDS).index('sky') if self.on_train_ids else (
            TRAIN_CLASS_IDS['sky'])
        things = self._metainfo['thing_classes']
        if self.num_classes != 19:
            things = [part for name in things for part in COARSE_CLASSES[self.num_classes][name]]
        info['instance_encoding'] = self.instance_encoding or dict(
            divisor=self.instance_divisor, first=self.first_instance,
            class_ids=tuple(TRAIN_CLASS_IDS[name] for name in things if name in TRAIN_CLASS_IDS))
        return info
