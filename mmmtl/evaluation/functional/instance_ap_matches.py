"""What predicted and true instances of one frame have in common: a record of a few numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from .instance_ap_truth import FIRST, VOID, TruthSegments
from .overlaps import count_overlaps
from .segment_distances import UNKNOWN_DENSITY, UNKNOWN_DISTANCE, Disparity, segment_distances


@dataclass(frozen=True)
class InstanceMatches:
    """Record of one frame (or of many, see :func:`join_matches`): P predictions, G segments.

    A frame without truth has the empty record: all arguments left out. Not a named tuple: mmengine
    would turn it into a plain one on its way between ranks.

    Attributes:
        pred_labels: (P,) int64 class indices.
        pred_scores: (P,) float64.
        pred_pixels: (P,) int64.
        pred_void: (P,) int64, pixels on void.
        truth_labels: (G,) int64 class indices.
        truth_pixels: (G,) int64.
        truth_is_group: (G,) bool.
        truth_distances: (G,) float64 metres, -1 where unknown.
        truth_densities: (G,) float64, share of pixels with a distance.
        pairs: (M, 3) int64: prediction, segment of the same class, common pixels (> 0).
        has_distances: the frame has a map of distances.
    """

    pred_labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    pred_scores: np.ndarray = field(default_factory=lambda: np.zeros(0))
    pred_pixels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    pred_void: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    truth_labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    truth_pixels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    truth_is_group: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    truth_distances: np.ndarray = field(default_factory=lambda: np.zeros(0))
    truth_densities: np.ndarray = field(default_factory=lambda: np.zeros(0))
    pairs: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    has_distances: bool = False


def match_map(pred_map: np.ndarray,
              ids: np.ndarray,
              labels: np.ndarray,
              scores: np.ndarray,
              truth: TruthSegments,
              thing_labels: Sequence[int],
              depth: np.ndarray | Disparity | None = None,
              counted: tuple[np.ndarray, np.ndarray] | None = None) -> InstanceMatches:
    """Match the instances of a map, which do not overlap.

    Args:
        pred_map: (H, W) integers, 0 = no instance.
        ids: (K,) values in the map; ids without a pixel count as not predicted.
        labels: (K,) class indices; those of stuff are left out.
        scores: (K,).
        truth: from :func:`~mmmtl.evaluation.functional.instance_ap_truth.truth_segments`.
        thing_labels: class indices that have instances.
        depth: (H, W) metres, NaN = not measured, or disparities; ``None``: no distances.
        counted: what :func:`~mmmtl.evaluation.functional.count_overlaps` gives for the truth's
            ``semantic_map``, its ``instance_map`` and ``pred_map``, where it is at hand.

    Returns:
        The record of the frame.

    Raises:
        ValueError: an id in the map that is not listed, an id listed twice, other lengths or
            another shape than the truth.
    """
    ids, labels = np.asarray(ids), np.asarray(labels)
    if not ids.shape == labels.shape == np.shape(scores) == (ids.size, ):
        raise ValueError(f'ids, labels and scores must be (K,): {ids.shape}, {labels.shape}, '
                         f'{np.shape(scores)}')
    if pred_map.shape != truth.instance_map.shape:
        raise ValueError(f'the predicted map has shape {pred_map.shape}, the truth '
                         f'{truth.instance_map.shape}')
    order = np.argsort(ids, kind='stable')
    if (ids[order][1:] == ids[order][:-1]).any():
        raise ValueError('an instance id is listed twice')
    rows, counts = counted or count_overlaps(truth.semantic_map, truth.instance_map, pred_map)
    rows, counts = rows[rows[:, 2] != 0], counts[rows[:, 2] != 0]
    values, ranks = np.unique(rows[:, 2], return_inverse=True)
    found = np.searchsorted(ids[order], values)
    listed = found < ids.size
    listed[listed] = ids[order][found[listed]] == values[listed]
    if not listed.all():
        raise ValueError(f'the map of instances has the value {values[~listed][0]}, which is not '
                         'among the listed ids')
    # an object may have pixels of several classes: they are one segment
    segments = FIRST + truth.labels.size
    cells, places = np.unique(
        ranks * segments + truth.of(rows[:, 0], rows[:, 1]), return_inverse=True)
    counts = np.bincount(places, counts, cells.size).astype(np.int64)
    numbers = order[found][cells // segments]
    return _record(numbers, cells % segments, counts, labels, scores, truth, thing_labels, depth)


def match_masks(masks: Iterable[np.ndarray],
                labels: np.ndarray,
                scores: np.ndarray,
                truth: TruthSegments,
                thing_labels: Sequence[int],
                depth: np.ndarray | Disparity | None = None) -> InstanceMatches:
    """As :func:`match_map`, for K masks (H, W) that may overlap; any non-zero pixel is inside."""
    segments = FIRST + truth.labels.size
    numbers, cells, counts = ([np.zeros(0, np.int64)] for _ in range(3))
    for number, mask in enumerate(masks):
        row = np.bincount(truth.at(np.flatnonzero(np.asarray(mask) != 0)), minlength=segments)
        hits = np.flatnonzero(row)
        numbers.append(np.full(hits.size, number))
        cells.append(hits)
        counts.append(row[hits])
    return _record(*(np.concatenate(part) for part in (numbers, cells, counts)),
                   np.asarray(labels), scores, truth, thing_labels, depth)


def _record(numbers: np.ndarray, segments: np.ndarray, counts: np.ndarray, labels: np.ndarray,
            scores: np.ndarray, truth: TruthSegments, thing_labels: Sequence[int],
            depth: np.ndarray | Disparity | None) -> InstanceMatches:
    """From (prediction, value of the index map, pixels) of all non-empty intersections."""
    total = len(labels)
    labels = labels.astype(np.int64)
    pixels = np.bincount(numbers, counts, total).astype(np.int64)
    on_void = segments == VOID
    void = np.bincount(numbers[on_void], counts[on_void], total).astype(np.int64)
    kept = (pixels > 0) & np.isin(labels, thing_labels)
    renumbered = kept.cumsum() - 1
    same = (segments >= FIRST) & kept[numbers]
    same[same] = truth.labels[segments[same] - FIRST] == labels[numbers[same]]
    pairs = np.stack([renumbered[numbers[same]], segments[same] - FIRST, counts[same]], axis=1)
    if depth is None:
        distances = np.full(truth.labels.size, UNKNOWN_DISTANCE)
        densities = np.full(truth.labels.size, UNKNOWN_DENSITY)
    else:
        distances, densities = segment_distances(truth, depth)
    return InstanceMatches(
        labels[kept], np.asarray(scores, np.float64)[kept], pixels[kept], void[kept],
        truth.labels, truth.pixels, truth.is_group, distances, densities, pairs,
        depth is not None)


def join_matches(records: Iterable[InstanceMatches]) -> InstanceMatches:
    """One record of many frames: rows one after the other, pairs renumbered."""
    records = [InstanceMatches(), *records]
    preds = np.cumsum([0, *(record.pred_labels.size for record in records)])
    truths = np.cumsum([0, *(record.truth_labels.size for record in records)])
    pairs = [record.pairs + (first_pred, first_truth, 0) for record, first_pred, first_truth in
             zip(records, preds, truths, strict=False)]
    columns = {
        column.name: np.concatenate([getattr(record, column.name) for record in records])
        for column in fields(InstanceMatches) if column.name.startswith(('pred_', 'truth_'))}
    return InstanceMatches(**columns, pairs=np.concatenate(pairs),
                           has_distances=any(record.has_distances for record in records))
