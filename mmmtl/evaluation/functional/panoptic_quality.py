"""Panoptic quality as cityscapesScripts and panopticapi define it.

Source: Kirillov et al., Panoptic Segmentation, CVPR 2019; cityscapesScripts,
evaluation/evalPanopticSemanticLabeling.py.
"""

import math
from collections import defaultdict
from collections.abc import Collection

import numpy as np

from .overlaps import count_overlaps
from .truth_segments import classes_of_instances

PANOPTIC_SUMS = ('iou', 'tp', 'fp', 'fn')
_VOID, _CROWD = -1, -1  # class of a pixel that counts for nothing; id of a crowd region


def panoptic_quality_sums(pred: np.ndarray,
                          semantic: np.ndarray,
                          instance: np.ndarray,
                          num_classes: int,
                          things: Collection[int],
                          divisor: int = 1000,
                          ignore_index: int = 255) -> np.ndarray:
    """Sums of one image for :func:`compute_panoptic_quality`.

    Truth: one segment for each instance of a thing class (its class is that of most of its pixels)
    and for each stuff class; the pixels of a thing class without instance id are one crowd region;
    ignored pixels are void. Two segments of one class match if their IoU, void taken out of the
    union, is above 0.5. A crowd is never missed; a segment without match is no false positive
    if more than half of it lies in void and in the crowd of its class.

    Args:
        pred: (H, W) class * ``divisor`` + id; negative = void. Each value is one segment.
        semantic: (H, W) classes, ``ignore_index`` = void.
        instance: (H, W) ids, 0 = no instance.
        num_classes: number of classes.
        things: indices of the thing classes.
        divisor: of the predicted values.
        ignore_index: void in ``semantic``.

    Returns:
        (num_classes, 4) float64: sum of the IoU of matches, matches, false positives, misses.

    Raises:
        ValueError: a predicted or true class that does not exist.
    """
    rows, counts = count_overlaps(semantic, instance, pred)
    labels = rows[:, 0][rows[:, 0] != ignore_index]
    for name, found in (('the truth', labels), ('the prediction', rows[:, 2] // divisor)):
        if found.size and (found.max() >= num_classes or (name == 'the truth' and found.min() < 0)):
            raise ValueError(f'{name} has class {int(found.max())} or a negative one, but there '
                             f'are {num_classes} classes')
    segments = _segments(rows, counts, set(things), divisor, ignore_index)
    return _match(*segments, num_classes)


def _segments(rows: np.ndarray, counts: np.ndarray, things: set[int], divisor: int,
              ignore_index: int) -> tuple[dict, dict, dict]:
    """Areas of truth and predicted segments and of their intersections, by (class, id)."""
    of_instance = classes_of_instances(rows, counts)
    truth_areas: dict[tuple, int] = defaultdict(int)
    pred_areas: dict[tuple, int] = defaultdict(int)
    overlaps: dict[tuple, int] = defaultdict(int)
    for (label, instance, value), count in zip(rows.tolist(), counts.tolist(), strict=True):
        if of_instance.get(instance, _VOID) in things:
            truth = (of_instance[instance], instance)
        elif label == ignore_index:
            truth = (_VOID, 0)
        else:
            truth = (label, _CROWD if label in things else 0)
        pred = (value // divisor if value >= 0 else _VOID, value)
        truth_areas[truth] += count
        pred_areas[pred] += count
        overlaps[truth, pred] += count
    return truth_areas, pred_areas, overlaps


def _match(truth_areas: dict, pred_areas: dict, overlaps: dict, num_classes: int) -> np.ndarray:
    sums = np.zeros((num_classes, len(PANOPTIC_SUMS)))
    ious: dict[int, list[float]] = defaultdict(list)
    matched = set()
    for (truth, pred), overlap in overlaps.items():
        if truth[0] != pred[0] or truth[0] == _VOID or truth[1] == _CROWD:
            continue
        void = overlaps.get(((_VOID, 0), pred), 0)
        iou = overlap / (pred_areas[pred] + truth_areas[truth] - overlap - void)
        if iou > 0.5:
            ious[truth[0]].append(iou)
            matched |= {('truth', truth), ('pred', pred)}
    for truth in truth_areas:
        if truth[0] != _VOID and truth[1] != _CROWD and ('truth', truth) not in matched:
            sums[truth[0], 3] += 1
    for pred, area in pred_areas.items():
        if pred[0] == _VOID or ('pred', pred) in matched:
            continue
        unjudged = sum(overlaps.get((truth, pred), 0) for truth in ((_VOID, 0), (pred[0], _CROWD)))
        sums[pred[0], 2] += not unjudged / area > 0.5
    for label, values in ious.items():
        sums[label, :2] = math.fsum(values), len(values)
    return sums


def compute_panoptic_quality(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of each class from its sums over the whole set, in percent, higher is better.

    SQ = sum of IoU / TP, RQ = TP / (TP + FP / 2 + FN / 2), PQ = SQ * RQ.

    Args:
        sums: (num_classes, 4), see ``PANOPTIC_SUMS``.

    Returns:
        'PQ', 'SQ', 'RQ' -> (num_classes, ). NaN for a class in neither truth nor prediction; SQ is
        0 for a class without any match, as in the official scripts.
    """
    iou, tp, fp, fn = sums.T
    weight = tp + 0.5 * fp + 0.5 * fn
    with np.errstate(invalid='ignore', divide='ignore'):
        found = {'PQ': iou / weight, 'SQ': np.where(tp > 0, iou / tp, 0.), 'RQ': tp / weight}
    return {name: np.where(weight > 0, 100 * values, math.nan) for name, values in found.items()}
