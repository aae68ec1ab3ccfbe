"""KITTI's semantic and instance benchmark of 2018: Cityscapes labels on KITTI 2015 images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmmtl.registry import DATASETS

from .cityscapes import CityscapesMultiTaskDataset


@DATASETS.register_module()
class KITTISemanticsMultiTaskDataset(CityscapesMultiTaskDataset):
    """KITTI semantics, read from the official folder (``training``)::

        data/kitti_semantics/
            image_2/000000_10.png
            semantic/000000_10.png    label ids of Cityscapes
            instance/000000_10.png    16 bits, label id * 256 + number, number 0 = no instance

    There is one folder for all frames; give ``ann_file`` for a split of your own. Licence: CC
    BY-NC-SA 3.0.

    Args:
        data_root: the folder that holds ``image_2``.
        data_prefix: other folders, as for :class:`BaseMultiTaskDataset`.
        **kwargs: see :class:`BaseMultiTaskDataset`.
    """

    instance_divisor, first_instance = 256, 1

    def __init__(self,
                 data_root: str | None = None,
                 data_prefix: Mapping[str, str | None] | None = None,
                 **kwargs: Any) -> None:
        folders = dict(img_path='image_2', seg_map_path='semantic', instance_path='instance')
        suffixes = dict(img_suffix='.png', seg_map_suffix='.png', instance_suffix='.png')
        super().__init__(
            data_root=data_root,
            data_prefix={**folders, **(data_prefix or {})},
            **{**suffixes, **kwargs})
