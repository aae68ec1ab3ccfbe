"""The truth of instance scores: which pixel belongs to which object, group or void region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NOTHING, VOID, FIRST = 0, 1, 2
"""What a pixel of the truth is: not to be found; void; the first object or group."""
UNKNOWN_DISTANCE, UNKNOWN_DENSITY = -1., 0.
"""What cityscapesScripts' ``Instance`` holds as long as nobody measured its distance."""
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
        semantic: (H * W,) uint16 class indices.
        ids: the ids that occur.
        of_id: (number of ids,) what an id is: ``NOTHING`` or ``FIRST`` + number of the segment.
        of_label: what a class index without id is: ``NOTHING``, ``VOID`` or a group.
        labels: (G,) int64 class index of each segment.
        pixels: (G,) int64.
        is_group: (G,) bool; a group is all pixels of a thing class without an instance.
    """

    instance_map: np.ndarray
    semantic: np.ndarray
    ids: IdTable
    of_id: np.ndarray
    of_label: np.ndarray
    labels: np.ndarray
    pixels: np.ndarray
    is_group: np.ndarray

    def at(self, where: np.ndarray) -> np.ndarray:
        """(N,) flat positions of pixels -> (N,) ``NOTHING``, ``VOID`` or ``FIRST`` + segment."""
        found = self.of_label[self.semantic[where]]
        ids = self.instance_map.ravel()[where]
        inside = np.flatnonzero(ids != 0)
        found[inside] = self.of_id[self.ids.ranks(ids[inside])]
        return found


def truth_segments(instance_map: np.ndarray,
                   semantic_map: np.ndarray,
                   thing_labels: Sequence[int],
                   ignore_index: int = 255) -> TruthSegments:
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

    Returns:
        Groups that exist in the order of ``thing_labels``, then objects by id.

    Raises:
        ValueError: the two maps have different shapes.
    """
    if instance_map.shape != semantic_map.shape:
        raise ValueError(f'instance_map has shape {instance_map.shape}, semantic_map '
                         f'{semantic_map.shape}; they must be equal')
    # Whole-map comparisons of short integers are fast; all else is done on the few pixels of
    # instances and groups.
    instances, semantic = instance_map.ravel(), semantic_map.ravel().astype(np.uint16)
    things = np.asarray(thing_labels, np.int64)
    has_id = instances != 0
    inside = np.flatnonzero(has_id)
    classes = max(ignore_index, *thing_labels, int(semantic.max(initial=0))) + 1
    ids = IdTable(instances[inside])
    counts = np.bincount(ids.ranks(instances[inside]) * classes + semantic[inside],
                         minlength=ids.values.size * classes).reshape(-1, classes)
    labels = counts.argmax(1)  # the first of several largest
    is_object = (ids.values > 0) & np.isin(labels, things)
    bare = np.flatnonzero((semantic >= things.min()) & (semantic <= things.max()) & ~has_id)
    group_areas = np.bincount(semantic[bare], minlength=classes)[things]
    groups = np.flatnonzero(group_areas)
    of_label = np.full(classes, NOTHING)
    of_label[ignore_index] = VOID
    of_label[things[groups]] = FIRST + np.arange(groups.size)
    return TruthSegments(
        instance_map, semantic, ids,
        np.where(is_object, FIRST - 1 + groups.size + is_object.cumsum(), NOTHING), of_label,
        np.concatenate([things[groups], labels[is_object]]),
        np.concatenate([group_areas[groups], counts.sum(1)[is_object]]),
        np.arange(groups.size + is_object.sum()) < groups.size)


def segment_distances(truth: TruthSegments, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median distance of each segment, and how much of it was measured.

    Args:
        truth: segments of the frame.
        depth: (H, W) metres; NaN = not measured; infinity is a measurement.

    Returns:
        (G,) median over the measured pixels, metres, ``UNKNOWN_DISTANCE`` where there are none;
        (G,) share of pixels that were measured, 0 to 1.
    """
    where = np.flatnonzero(~np.isnan(depth))
    numbers = truth.at(where) - FIRST
    where, numbers = where[numbers >= 0], numbers[numbers >= 0]
    values = depth.ravel()[where].astype(np.float64)
    values = values[np.lexsort((values, numbers))]
    counts = np.bincount(numbers, minlength=truth.labels.size)
    starts = counts.cumsum() - counts
    known = counts > 0
    lower, upper = (starts + (counts - 1) // 2)[known], (starts + counts // 2)[known]
    distances = np.full(truth.labels.size, UNKNOWN_DISTANCE)
    distances[known] = (values[lower] + values[upper]) / 2
    return distances, counts / truth.pixels
