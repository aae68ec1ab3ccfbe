"""Instance ids of Cityscapes and its relatives: which of them are instances of things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class InstanceEncoding:
    """How a data set's instance maps are written.

    Attributes:
        divisor: id = class id * divisor + number (1000: Cityscapes, 256: KITTI).
        class_ids: label ids, as on disk, of the classes that have instances (things).
        first: the smallest number of an instance (0: Cityscapes; 1: KITTI, where 0 means none).
    """

    divisor: int
    class_ids: tuple[int, ...]
    first: int = 0


def keep_things(ids: np.ndarray, encoding: InstanceEncoding) -> np.ndarray:
    """Ids of instances of things, class id * 1000 + number; all else becomes 0.

    Cityscapes writes the bare label id (below 1000) for stuff, for crowds and for groups that could
    not be told apart: none of these is an instance.

    Args:
        ids: (H, W) integers as on disk.
        encoding: how they are written.

    Returns:
        (H, W) int32.
    """
    if ids.dtype == np.uint16:
        return _table(encoding).take(ids, mode='clip')  # which checks no bounds: there is no need
    return _keep(ids, encoding)


def _keep(ids: np.ndarray, encoding: InstanceEncoding) -> np.ndarray:
    classes, numbers = np.divmod(ids.astype(np.int64), encoding.divisor)
    things = np.isin(classes, _positive(encoding.class_ids)) & (numbers >= encoding.first)
    return np.where(things, classes * 1000 + numbers, 0).astype(np.int32)


def _positive(class_ids: Iterable[int]) -> list[int]:
    return [number for number in class_ids if number > 0]


@lru_cache(maxsize=8)
def _table(encoding: InstanceEncoding) -> np.ndarray:
    return _keep(np.arange(1 << 16), encoding)
