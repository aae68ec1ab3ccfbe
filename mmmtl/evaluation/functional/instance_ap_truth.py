"""The truth of instance scores: which pixel belongs to which object, group or void region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .overlaps import count_overlaps

NOTHING, VOID, FIRST = 0, 1, 2
"""What a pixel of the truth is: not to be found; void; the first object or group."""
_LARGEST_TABLE = 1 << 20


class IdTable:
    """Ranks of ids among the distinct ones, by a table for ids of usual size, else by search.

    Args:
        ids: (N,) integers of any range.

    Attributes:
        values: (K,) distinct ids, sorted.
    """

    def __init__(self, ids: np.ndarray) -> None:
        self._low, self._table = 0, None
        high = 0
        if ids.size:
            self._low, high = int(ids.min()), int(ids.max())
        if high - self._low >= _LARGEST_TABLE:
            self.values = np.unique(ids)
            return
        present = np.zeros(high - self._low + 1, bool)
        present[ids - self._low] = True
        self.values = (np.flatnonzero(present) + self._low if ids.size else ids).astype(np.int64)
        self._table = present.cumsum() - 1

    def ranks(self, ids: np.ndarray) -> np.ndarray:
        """(N,) ids that are among the values -> (N,) int64 from 0 to K - 1."""
        if self._table is None:
            return np.searchsorted(self.values, ids)
        return self._table[ids - self._low]


def rank_ids(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct values, (K,), and the rank of every element, (N,) from 0 to K - 1."""
    table = IdTable(ids)
    return table.values, table.ranks(ids)


@dataclass(frozen=True)
class TruthSegments:
    """Objects and groups of one frame.

    Attributes:
        instance_map: (H, W) ids, 0 = none.
        semantic_map: (H, W) class indices.
        ids: the ids that occur.
        of_id: (number of ids,) what an id is: ``NOTHING`` or ``FIRST`` + number of the segment.
        of_label: what a class index without id is: ``NOTHING``, ``VOID`` or a group.
        labels: (G,) int64 class index of each segment.
        pixels: (G,) int64.
        is_group: (G,) bool; a group is all pixels of a thing class without an instance.
    """

    instance_map: np.ndarray
    semantic_map: np.ndarray
    ids: IdTable
    of_id: np.ndarray
    of_label: np.ndarray
    labels: np.ndarray
    pixels: np.ndarray
    is_group: np.ndarray

    def at(self, where: np.ndarray) -> np.ndarray:
        """(N,) flat positions of pixels -> (N,) ``NOTHING``, ``VOID`` or ``FIRST`` + segment."""
        return self.of(self.semantic_map.ravel()[where], self.instance_map.ravel()[where])

    def of(self, labels: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """The same for class indices and instance ids, (N,) each, that occur together."""
        found = self.of_label[labels.astype(np.uint16)]
        inside = np.flatnonzero(ids != 0)
        found[inside] = self.of_id[self.ids.ranks(ids[inside])]
        return found


def truth_segments(instance_map: np.ndarray,
                   semantic_map: np.ndarray,
                   thing_labels: Sequence[int],
                   ignore_index: int = 255,
                   counted: tuple[np.ndarray, np.ndarray] | None = None) -> TruthSegments:
    """Split the truth of one frame into objects, groups, void and the rest.

    - Object: the pixels of one positive id. Its class is the most frequent of ``semantic_map``
      there, the smallest in a tie. If that is no thing, the id is no object and its pixels are
      nothing: neither void nor to be found.
    - Group (crowd): the pixels of a thing class with id 0; one for each class.
    - Void: ``ignore_index`` with id 0. The official script likewise does *not* ignore the instances
      of classes that are not evaluated (caravan, trailer): give these an id (any but 0; negative
      ones are never objects) to get its numbers, or 0 to have them ignored.

    Args:
        instance_map: (H, W) integers, 0 = no instance.
        semantic_map: (H, W) class indices from 0 to 65535.
        thing_labels: class indices that have instances.
        ignore_index: label of unlabelled pixels.
        counted: what :func:`~mmmtl.evaluation.functional.count_overlaps` gives for
            ``semantic_map``, ``instance_map`` and perhaps further maps, where it is at hand.

    Returns:
        Groups that exist in the order of ``thing_labels``, then objects by id.

    Raises:
        ValueError: the two maps have different shapes.
    """
    if instance_map.shape != semantic_map.shape:
        raise ValueError(f'instance_map has shape {instance_map.shape}, semantic_map '
                         f'{semantic_map.shape}; they must be equal')
    rows, counts = counted or count_overlaps(semantic_map, instance_map)
    labels, numbers = rows[:, 0].astype(np.uint16).astype(np.int64), rows[:, 1]
    things = np.asarray(thing_labels, np.int64)
    has_id = numbers != 0
    values, majority, areas = _majorities(numbers[has_id], labels[has_id], counts[has_id])
    is_object = (values > 0) & np.isin(majority, things)
    classes = max(ignore_index, *thing_labels, int(labels.max(initial=0))) + 1
    group_areas = _sums(labels[~has_id], counts[~has_id], classes)[things]
    groups = np.flatnonzero(group_areas)
    of_label = np.full(classes, NOTHING)
    of_label[ignore_index] = VOID
    of_label[things[groups]] = FIRST + np.arange(groups.size)
    return TruthSegments(
        instance_map, semantic_map, IdTable(values),
        np.where(is_object, FIRST - 1 + groups.size + is_object.cumsum(), NOTHING), of_label,
        np.concatenate([things[groups], majority[is_object]]),
        np.concatenate([group_areas[groups], areas[is_object]]),
        np.arange(groups.size + is_object.sum()) < groups.size)


def _majorities(ids: np.ndarray, labels: np.ndarray,
                counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each distinct id: itself, the class of most of its pixels (the smallest in a tie), area.

    Args:
        ids, labels, counts: (N,) pixels of combinations, which may be there several times.
    """
    order = np.lexsort((labels, ids))
    ids, labels, counts = ids[order], labels[order], counts[order]
    pairs = np.flatnonzero(np.diff(ids, prepend=ids[:1] - 1) | np.diff(labels, prepend=-1))
    if not pairs.size:
        return ids, labels, counts
    ids, labels, counts = ids[pairs], labels[pairs], np.add.reduceat(counts, pairs)
    starts = np.flatnonzero(np.diff(ids, prepend=ids[0] - 1))
    most = np.lexsort((labels, -counts, ids))[starts]  # the first of each id
    return ids[starts], labels[most], np.add.reduceat(counts, starts)


def _sums(places: np.ndarray, counts: np.ndarray, length: int) -> np.ndarray:
    """(length,) int64: counts added by place."""
    return np.bincount(places, counts, length).astype(np.int64)  # exact below 2^53
