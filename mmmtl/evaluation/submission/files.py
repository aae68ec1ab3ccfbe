"""Names, sizes and label ids of what is submitted."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mmmtl.datasets.image_header import read_header

from ..functional.overlaps import rank_values

FRAME_SUFFIX = '_leftImg8bit'
"""What Cityscapes' images have behind the frame's name."""


def frame_name(img_path: str) -> str:
    """Name of a frame, under which official scripts look for it: aachen_000000_000019."""
    return Path(img_path).stem.removesuffix(FRAME_SUFFIX)


def file_size(img_path: str, shape: tuple[int, int]) -> tuple[int, int] | None:
    """(height, width) of an image as it was loaded; ``None`` if no local file tells.

    Args:
        img_path: the file.
        shape: (height, width) of what was predicted, which tells whether the image was turned as
            its EXIF says.
    """
    if not Path(img_path).is_file():
        return None
    header = read_header(img_path)
    return None if header is None else header.size_like(shape)[::-1]


def enlarge(labels: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    """Bring a label map (h, w) to ``size`` (H, W) by its nearest pixels; ``None``: as it is."""
    if size is None or labels.shape == size:
        return labels
    # the pixel of the small map in which the centre of the large map's pixel lies
    rows, columns = ((2 * np.arange(new) + 1) * old // (2 * new)
                     for new, old in zip(size, labels.shape, strict=True))
    return labels[rows[:, None], columns]


def label_ids_of_classes(meta: Mapping[str, Any] | None) -> tuple[int, ...]:
    """The benchmark's label id of each class, from the data set's meta information.

    Args:
        meta: ``classes``: names in use; ``label_ids``: name -> id for these and perhaps others.

    Returns:
        One id, 1 to 255, for each class in use.

    Raises:
        ValueError: the data set does not say, or says something else.
    """
    meta = meta or {}
    ids = meta.get('label_ids')
    remedy = ('Give the test data set metainfo=dict(label_ids=dict(road=7, sidewalk=8, ...)) with '
              'the id of every class in the files to be submitted')
    if not isinstance(ids, Mapping):
        raise ValueError('the data set has no label_ids in its meta information, so nothing is '
                         f'known of the benchmark\'s ids of its classes (label_ids={ids!r}). '
                         f'{remedy}')
    names = meta.get('classes') or ()
    if not names:
        raise ValueError('the data set has no classes in its meta information, so label_ids are '
                         'of nothing. Give the test data set metainfo=dict(classes=(...))')
    absent = [name for name in names if name not in ids]
    if absent:
        raise ValueError(f'label_ids has no id for classes {absent}, only for {list(ids)}. '
                         f'{remedy}')
    found = tuple(int(ids[name]) for name in names)
    if not all(1 <= number <= 255 for number in found):
        raise ValueError(f'label_ids must be from 1 to 255, which 8 bits hold, but are {found}')
    shared = {name: number for name, number in zip(names, found, strict=True)
              if found.count(number) > 1}
    if shared:
        raise ValueError(f'label_ids has one id for several classes in use, {shared}, which files '
                         f'to be submitted could not tell apart. {remedy}')
    return found


def take_ids(classes: np.ndarray, label_ids: Sequence[int]) -> np.ndarray:
    """Label id of each class index; 0 (unlabelled) for what is no class, such as 255 or -1."""
    values, ranks = rank_values(classes)
    known = (values >= 0) & (values < len(label_ids))
    ids = np.where(known, np.array([*label_ids, 0])[np.where(known, values, -1)], 0)
    return ids[ranks].reshape(classes.shape)


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Write an image of 8 bits, grey or RGB, to a file that must be new.

    Raises:
        FileExistsError: there is one, from another frame of the same name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'xb') as file:
        Image.fromarray(pixels).save(file, 'PNG', compress_level=3)
