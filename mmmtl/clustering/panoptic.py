"""One map for stuff and things: class * 1000 + number of the instance."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

#: ``class * DIVISOR + number``
DIVISOR = 1000
#: pixels of no segment
VOID = -1
_MOST = DIVISOR - 1  # instances of a class


class Segment(NamedTuple):
    """A code of a panoptic map, read."""

    label: int
    number: int


def decode_segment(code: int) -> Segment:
    """Class, and the number of the instance within it (0 for stuff)."""
    return Segment(*divmod(int(code), DIVISOR))


def merge_panoptic(semantic: np.ndarray,
                   instance_map: np.ndarray,
                   instance_labels: np.ndarray,
                   thing_classes: Sequence[int],
                   *,
                   min_stuff_area: int = 0,
                   leftover: Literal['void', 'segment'] = 'void',
                   ignore: int = 255) -> np.ndarray:
    """Semantics where there is stuff, instances where there are things.

    Args:
        semantic: (H, W) classes.
        instance_map: (H, W) ids from 1, 0 for none.
        instance_labels: (K,) class of the ids 1 to K.
        thing_classes: classes of things.
        min_stuff_area: fewest pixels of a stuff class in the image; what is less becomes void.
        leftover: what becomes of pixels of a thing class without an instance: ``'void'``, or
            ``'segment'``: all of a class together one more instance.
        ignore: class that becomes void.

    Returns:
        (H, W) int32: class * 1000 + number; the number is 0 for stuff and counts the instances of
        a thing class from 1 in the order of their ids; -1 is void. There is room for 999
        instances of a class; those with larger numbers become void.
    """
    size = max(int(semantic.max(initial=0)), *thing_classes, 0) + 1
    codes = np.arange(size, dtype=np.int32) * DIVISOR
    things = list(thing_classes)
    if min_stuff_area > 0:
        areas = np.bincount(semantic.reshape(-1), minlength=size)
        codes[areas[:size] < min_stuff_area] = VOID
    codes[things] = VOID
    if ignore < size:
        codes[ignore] = VOID
    labels = np.asarray(instance_labels, np.int64)
    numbers = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        own = labels == label
        numbers[own] = np.arange(1, own.sum() + 1)
        if leftover == 'segment' and own.sum() < _MOST:
            codes[label] = label * DIVISOR + own.sum() + 1
    if leftover == 'segment':
        for label in set(things) - set(labels.tolist()):
            codes[label] = label * DIVISOR + 1
    of_instance = np.where(numbers <= _MOST, labels * DIVISOR + numbers, VOID)
    panoptic = codes.take(semantic)
    if len(labels):
        has_one = instance_map > 0
        panoptic[has_one] = of_instance.astype(np.int32).take(instance_map[has_one] - 1)
    return panoptic


def segments_info(panoptic_map: np.ndarray) -> list[dict]:
    """List of the segments of a panoptic map, as COCO's panoptic json has it.

    Args:
        panoptic_map: (H, W) of :func:`merge_panoptic`.

    Returns:
        By ascending code: ``id`` (the code), ``category_id`` (class), ``isthing``, ``iscrowd``
        (0), ``area`` (pixels) and ``bbox`` (x, y, width, height).
    """
    codes, inverse, areas = np.unique(panoptic_map, return_inverse=True, return_counts=True)
    boxes = _boxes(inverse.reshape(panoptic_map.shape), len(codes))
    return [
        dict(id=int(code), category_id=int(code) // DIVISOR, isthing=int(code % DIVISOR > 0),
             iscrowd=0, area=int(area), bbox=box)
        for code, area, box in zip(codes, areas, boxes, strict=True) if code != VOID
    ]


def _boxes(numbers: np.ndarray, count: int) -> list[list[int]]:
    """(x, y, width, height) of each number from 0."""
    height, width = numbers.shape
    rows = np.zeros((count, height), bool)
    columns = np.zeros((count, width), bool)
    y, x = np.indices(numbers.shape, sparse=True)
    rows[numbers, y] = True
    columns[numbers, x] = True
    boxes = []
    for row, column in zip(rows, columns, strict=True):
        y, x = np.flatnonzero(row), np.flatnonzero(column)
        boxes.append([int(x[0]), int(y[0]), int(x[-1] - x[0] + 1), int(y[-1] - y[0] + 1)])
    return boxes
