"""Average precision of instances as cityscapesScripts 2.3 defines it, from records of matches.

Source: ``cityscapesscripts/evaluation/evalInstanceLevelSemanticLabeling.py``, ``evaluateMatches``
and ``computeAverages``. Results are equal to the last bit, quirks included; see
:func:`average_precision`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .instance_ap_matches import InstanceMatches, join_matches

OVERLAPS = np.arange(0.5, 1., 0.05)
"""Thresholds of intersection over union, as the official script makes them."""


@dataclass(frozen=True)
class TruthFilter:
    """Which true objects have to be found; the others are ignored, as groups and void are.

    Attributes:
        min_pixels: smallest object, included.
        max_pixels: objects of this size and more are ignored.
        max_distance: metres, included. If finite, frames without distances are left out.
        min_density: smallest share of pixels with a distance, included.
    """

    min_pixels: float = 100
    max_pixels: float = math.inf
    max_distance: float = math.inf
    min_density: float = -math.inf

    def excludes(self, matches: InstanceMatches) -> np.ndarray:
        """(G,) bool: segments that are too small, too large, too far or hardly measured."""
        return ((matches.truth_pixels < self.min_pixels)
                | (matches.truth_pixels >= self.max_pixels)
                | (matches.truth_distances > self.max_distance)
                | (matches.truth_densities < self.min_density))


OFFICIAL_FILTERS = (TruthFilter(100), TruthFilter(1000, max_distance=100., min_density=0.5),
                    TruthFilter(1000, max_distance=50., min_density=0.5))
"""Of AP, AP100m and AP50m."""


def average_precision(records: Sequence[InstanceMatches],
                      labels: Sequence[int],
                      filters: Sequence[TruthFilter] = OFFICIAL_FILTERS[:1],
                      overlaps: np.ndarray = OVERLAPS) -> np.ndarray:
    """Area under the precision-recall curve, for each filter, class and overlap.

    Rules of the official script that are easily missed:

    - an object is found by a prediction of its class whose IoU is *larger* than the threshold; of
      several, the highest score counts, the others are false positives;
    - a prediction that finds nothing is ignored if *more* than the threshold's share of its pixels
      lies on void, groups and excluded objects of its class; pixels on a group that is itself
      excluded (a small crowd) count twice;
    - a prediction that overlaps any segment of its class, group or excluded object too, by more
      than the threshold is no false positive;
    - predictions of equal score enter the curve together;
    - a class without an object to be found is NaN; with objects but without predictions, 0.

    Where all predictions of a class are ignored and none matches, the script stops with an
    ``IndexError``; here the class has 0.

    Args:
        records: one for each frame.
        labels: class indices to score.
        filters: which objects count.
        overlaps: thresholds, 0.5 or more.

    Returns:
        (filters, labels, overlaps) float64, fractions from 0 to 1.
    """
    everything = join_matches(records)
    measured = join_matches(record for record in records if record.has_distances)
    result = np.full((len(filters), len(labels), len(overlaps)), np.nan)
    for f, rule in enumerate(filters):
        matches = everything if math.isinf(rule.max_distance) else measured
        excluded = rule.excludes(matches)
        for c, label in enumerate(labels):
            result[f, c] = _class_precision(matches, label, excluded, overlaps)
    return result


def _class_precision(matches: InstanceMatches, label: int, excluded: np.ndarray,
                     overlaps: np.ndarray) -> np.ndarray:
    """AP of one class at each overlap."""
    pred, truth, common = matches.pairs[matches.truth_labels[matches.pairs[:, 1]] == label].T
    mine = matches.pred_labels == label
    wanted = (matches.truth_labels == label) & ~matches.truth_is_group & ~excluded
    if not wanted.any():
        return np.full(len(overlaps), np.nan)
    if not mine.any():
        return np.zeros(len(overlaps))
    scores, pixels = matches.pred_scores, matches.pred_pixels
    iou = common / (matches.truth_pixels[truth] + pixels[pred] - common)
    times_ignored = matches.truth_is_group[truth].astype(np.int64) + excluded[truth]
    ignored = matches.pred_void + np.bincount(pred, common * times_ignored, len(pixels))
    ignored_share = ignored / pixels
    result = np.zeros(len(overlaps))
    for o, overlap in enumerate(overlaps):
        hit = iou > overlap
        finds = hit & wanted[truth]
        order = np.lexsort((scores[pred[finds]], truth[finds]))
        is_best = np.diff(truth[finds][order], append=-1) != 0
        overlaps_any = np.zeros(len(pixels), bool)
        overlaps_any[pred[hit]] = True
        false = mine & ~overlaps_any & (ignored_share <= overlap)
        y_true = np.concatenate([is_best, np.zeros(false.sum())])
        y_score = np.concatenate([scores[pred[finds]][order], scores[false]])
        result[o] = curve_area(y_true, y_score, int(wanted.sum() - is_best.sum()))
    return result


def curve_area(y_true: np.ndarray, y_score: np.ndarray, missed: int) -> float:
    """Area under the precision-recall curve, with the official script's integration.

    Args:
        y_true: (N,) 1 for a found object, 0 for a false positive.
        y_score: (N,) scores.
        missed: objects that nothing found.

    Returns:
        0 to 1; 0 for no examples.
    """
    if y_true.size == 0:
        return 0.
    order = np.argsort(y_score)
    cumulated = np.cumsum(y_true[order])
    _, first = np.unique(y_score[order], return_index=True)
    below = np.append(cumulated, 0)[first - 1]
    found = cumulated[-1] - below
    false = y_true.size - first - found
    precision = np.append(found / (found + false), 1.)
    recall = np.append(found / (found + below + missed), 0.)
    widths = np.convolve(np.concatenate([recall[:1], recall, [0.]]), [-0.5, 0, 0.5], 'valid')
    return float(np.dot(precision, widths))


def mean_precision(precisions: np.ndarray) -> float:
    """Mean over what is not NaN, without a warning where nothing is left (NaN)."""
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', message='Mean of empty slice')
        return float(np.nanmean(precisions))
