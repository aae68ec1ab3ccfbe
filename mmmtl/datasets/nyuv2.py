"""NYU Depth v2 with semantics (13 or 40 classes), metric depth, normals, instances."""

from __future__ import annotations

import os.path as osp
from collections.abc import Mapping
from typing import Any

import mmengine
import mmengine.fileio as fileio

from mmmtl.registry import DATASETS

from .base_multi_task import BaseMultiTaskDataset
from .nyuv2_labels import NYU13_CLASSES, NYU40_CLASSES, NYU40_TO_13, palette, thing_classes

LAYOUT_FILE = 'nyuv2.json'
LABEL40_ENCODINGS = ('official', 'merged')


@DATASETS.register_module()
class NYUv2MultiTaskDataset(BaseMultiTaskDataset):
    """NYU Depth v2 (1449 labelled frames), as ``tools/dataset_converters/nyuv2.py`` writes it::

        data/nyuv2/
            train.txt, test.txt     official split: 795 and 654 frames
            image/0.jpg
            label13/0.png           0 = unlabelled, 1 to 13
            label40/0.png           see ``label40_encoding``
            depth/0.png             16 bits: millimetres, 0 = not measured; 8 bits: floor(25.5 m)
            instance/0.png          (optional) 16 bits: label40 * 1000 + number
            normal/0.png            (optional) unit vectors in colour, or .npy: LoadNormals
            nyuv2.json              (optional) how the labels are written

    Licence: none stated; published for research (Silberman et al., ECCV 2012).

    Args:
        data_root: root of the tree.
        split: 'train' or 'test'; or give ``ann_file``.
        num_classes: 13 or 40.
        label40_encoding: 'official': 0 = unlabelled, 1 to 40. 'merged': 0 to 38 are classes 1 to
            39; 39 is class 40 together with unlabelled, and is ignored (the copy at 288 x 384 in
            circulation). ``None``: as ``nyuv2.json`` says; nothing is guessed.
        data_prefix: other folders, as for :class:`BaseMultiTaskDataset`.
        **kwargs: see :class:`BaseMultiTaskDataset`.

    Raises:
        ValueError: unknown number of classes or encoding, or an encoding that nothing tells.
    """

    METAINFO: dict = dict()

    def __init__(self,
                 data_root: str | None = None,
                 split: str | None = None,
                 num_classes: int = 13,
                 label40_encoding: str | None = None,
                 ann_file: str = '',
                 data_prefix: Mapping[str, str | None] | None = None,
                 metainfo: Mapping | None = None,
                 **kwargs: Any) -> None:
        if num_classes not in (13, 40):
            raise ValueError(f'NYUv2 has 13 or 40 classes, not num_classes={num_classes}')
        if (split is None) == (not ann_file):
            raise ValueError(f'give either split ("train", "test") or ann_file: split={split!r}, '
                             f'ann_file={ann_file!r}')
        self.num_classes = num_classes
        self.merged = num_classes == 40 and _encoding(data_root, label40_encoding) == 'merged'
        folders = dict(img_path='image', seg_map_path=f'label{num_classes}', depth_path='depth',
                       instance_path='instance', normal_path='normal')
        given = dict(data_prefix or {})
        optional = tuple(sorted({'instance_path', 'normal_path'} - set(given)))
        self.full_metainfo = dict(
            classes=NYU13_CLASSES if num_classes == 13 else NYU40_CLASSES,
            palette=palette(num_classes), thing_classes=thing_classes(num_classes))
        super().__init__(
            data_root=data_root,
            ann_file=ann_file or f'{split}.txt',
            data_prefix={**folders, **given},
            metainfo=self._subset_metainfo(metainfo),
            optional=kwargs.pop('optional', optional),
            reduce_zero_label=not self.merged,
            **kwargs)

    def _subset_metainfo(self, metainfo: Mapping | None) -> dict:
        """The class sets depend on an argument, so subsets are made here and not by mmseg."""
        merged = {**self.full_metainfo, **(metainfo or {})}
        full, classes = self.full_metainfo['classes'], tuple(merged['classes'])
        strange = [name for name in classes if name not in full]
        if strange:
            raise ValueError(f'metainfo: classes {strange} are not among the {self.num_classes} '
                             f'of NYUv2: {list(full)}')
        if 'palette' not in (metainfo or {}):
            merged['palette'] = [self.full_metainfo['palette'][full.index(name)]
                                 for name in classes]
        if 'thing_classes' not in (metainfo or {}):
            merged['thing_classes'] = tuple(
                name for name in self.full_metainfo['thing_classes'] if name in classes)
        return merged

    def frame_info(self) -> dict:
        """Label map, the labels of 40 whose instances are things, and the unit of 8-bit depth."""
        info = super().frame_info()
        info['depth_unit_8bit'] = 1 / 25.5
        full, classes = self.full_metainfo['classes'], self._metainfo['classes']
        table = {label: classes.index(name) if name in classes else 255
                 for label, name in enumerate(full)}
        if self.merged:
            table[39] = 255
        info['label_map'] = table
        things = self._metainfo['thing_classes']
        numbers = NYU40_TO_13 if self.num_classes == 13 else range(41)
        info['instance_encoding'] = self.instance_encoding or dict(
            divisor=1000, first=1, class_ids=tuple(
                label for label, number in enumerate(numbers)
                if number and full[number - 1] in things))
        return info


def _encoding(data_root: str | None, given: str | None) -> str:
    """How label40 is written: as the argument or the converter's file says."""
    path = osp.join(data_root or '', LAYOUT_FILE)
    stored = mmengine.load(path).get('label40_encoding') if fileio.exists(path) else None
    encoding = given or stored
    if encoding not in LABEL40_ENCODINGS:
        raise ValueError(
            f'label40_encoding={encoding!r} with num_classes=40: must be one of '
            f'{LABEL40_ENCODINGS}. Without {path} (which tools/dataset_converters/nyuv2.py writes) '
            'give it: "official" = 0 unlabelled and 1 to 40; "merged" = 0 to 38 and 39 ignored')
    if given and stored and given != stored:
        raise ValueError(f'label40_encoding={given!r}, but {path} says {stored!r}. Leave it out')
    return encoding
