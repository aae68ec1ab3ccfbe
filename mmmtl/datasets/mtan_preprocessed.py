"""The preprocessed NYUv2 and Cityscapes that the authors of MTAN published as numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmseg.datasets import CityscapesDataset

from mmmtl.registry import DATASETS

from . import numpy_image_backend  # noqa: F401  registers it, for pictures of the frames
from .base_multi_task import BaseMultiTaskDataset
from .cityscapes_labels import COARSE_CLASSES, THING_CLASSES, coarse_metainfo
from .nyuv2_labels import NYU13_CLASSES, palette, thing_classes

_SPLITS = ('train', 'val')


class MTANPreprocessedDataset(BaseMultiTaskDataset):
    """What both data sets share: folders of ``<number>.npy`` under ``train`` and ``val``.

    Read with ``LoadNumpyImage`` and the loaders of labels, which know ``.npy`` files. Frames are
    in the order of their numbers, as in the authors' loaders.
    """

    METAINFO: dict = dict()

    def __init__(self,
                 data_root: str,
                 split: str,
                 folders: Mapping[str, str],
                 data_prefix: Mapping[str, str | None] | None = None,
                 **kwargs: Any) -> None:
        if split not in _SPLITS:
            raise ValueError(f'{type(self).__name__} has the splits {_SPLITS}, not {split!r}; the '
                             'authors test on "val"')
        prefix = {key: f'{split}/{folder}' for key, folder in folders.items()}
        suffixes = {key.replace('_path', '_suffix'): '.npy' for key in prefix}
        super().__init__(
            data_root=data_root, data_prefix={**prefix, **(data_prefix or {})},
            **{**suffixes, **kwargs})

    def _frame_names(self) -> list[str]:
        """Names in the order of their numbers: 2 before 10."""
        names = super()._frame_names()
        return names if self.ann_file else sorted(names, key=lambda name: (len(name), name))


@DATASETS.register_module()
class MTANNYUv2Dataset(MTANPreprocessedDataset):
    """NYUv2 as preprocessed by Liu et al. (CVPR 2019; repository lorenmt/mtan)::

        data/nyuv2_mtan/{train,val}/
            image/0.npy     (288, 384, 3) floats, RGB from 0 to 1
            label/0.npy     (288, 384) -1 = unlabelled, 0 to 12
            depth/0.npy     (288, 384, 1) metres, 0 = not measured
            normal/0.npy    (288, 384, 3) unit vectors, zero vector = not known

    795 frames to train and 654 to validate, of the official split. Shapes and encodings are those
    that the authors' loader and losses imply; the files were not at hand when this was written.
    Assumed: the 13 classes stand in their usual order (bed, books, ... window), so that label k
    here is k + 1 in ``label13``, which changes names and colours but no score.

    Deviation: the authors' masks leave out pixels whose three components add up to 0, among them
    true normals such as (0.8, -0.6, -0.2) / 1.02; ``LoadNormals`` only the zero vector.

    Args:
        data_root: folder of ``train`` and ``val``.
        split: 'train' or 'val'.
        data_prefix: other folders, or ``dict(normal_path=None)`` to do without a task.
        **kwargs: see :class:`BaseMultiTaskDataset`.

    Raises:
        ValueError: another split; and what the base raises.
    """

    METAINFO = dict(
        classes=NYU13_CLASSES, palette=palette(13), thing_classes=thing_classes(13))

    def __init__(self, data_root: str, split: str, **kwargs: Any) -> None:
        folders = dict(img_path='image', seg_map_path='label', depth_path='depth',
                       normal_path='normal')
        super().__init__(data_root, split, folders, **kwargs)


@DATASETS.register_module()
class MTANCityscapesDataset(MTANPreprocessedDataset):
    """Cityscapes as preprocessed by Liu et al. (CVPR 2019; repository lorenmt/mtan)::

        data/cityscapes_mtan/{train,val}/
            image/0.npy                         (128, 256, 3) floats, RGB from 0 to 1
            label_2, label_7 or label_19/0.npy  (128, 256) -1 = void, 0 to 1, 6 or 18
            depth/0.npy                         (128, 256, 1) inverse depth, 0 = not measured

    2975 frames to train and 500 to validate, also at 256 x 512. The files were not at hand when
    this was written; what is assumed beyond the authors' description:

    - The order of the classes is that of their names here; another one would change names and
      colours, but no score.
    - The unit of the inverse depth. The authors say "the original disparity"; users report values
      from 0 to 0.4922 where the official files hold 0 to 32257 (issue 25 of the repository), so
      the value is p / 65535 of the 16-bit file, whatever the size of the image: 32 pixels of
      disparity at a width of 256 for each 1. ``LoadDisparity()`` keeps the authors' unit, which
      their tables are in; ``LoadDisparity(unit_float=32)`` gives pixels at 128 x 256.
    - 0 is what the official files call not measured, and the authors' losses and metrics leave it
      out; whatever the sky holds stays as it is.

    Args:
        data_root: folder of ``train`` and ``val``.
        split: 'train' or 'val'.
        num_classes: 2, 7 or 19.
        data_prefix: other folders, such as ``dict(seg_map_path='train/label')``.
        **kwargs: see :class:`BaseMultiTaskDataset`.

    Raises:
        ValueError: another split or number of classes; and what the base raises.
    """

    def __init__(self, data_root: str, split: str, num_classes: int = 7,
                 metainfo: Mapping | None = None, **kwargs: Any) -> None:
        if num_classes == 19:
            classes = {**CityscapesDataset.METAINFO, 'thing_classes': THING_CLASSES}
        elif num_classes in COARSE_CLASSES:
            classes = coarse_metainfo(num_classes)
        else:
            raise ValueError(f'MTAN\'s Cityscapes has 2, 7 or 19 classes, not {num_classes}')
        folders = dict(img_path='image', seg_map_path=f'label_{num_classes}',
                       disparity_path='depth')
        super().__init__(data_root, split, folders, metainfo={**classes, **(metainfo or {})},
                         **kwargs)
