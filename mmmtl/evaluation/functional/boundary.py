"""Boundary scores of the BSDS benchmark: thinning, matching, and F over thresholds.

References: Martin, Fowlkes and Malik, PAMI 2004; Arbeláez et al., PAMI 2011 (ODS and OIS);
thinning: Guo and Hall, CACM 1989, as in MATLAB's ``bwmorph(..., 'thin', inf)``.
"""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

# weights of the eight neighbours, counter-clockwise from the right: bits of an index into a table
_BITS = np.array([[8, 4, 2], [16, 0, 1], [32, 64, 128]], np.float32)


@cache
def _kept() -> tuple[np.ndarray, np.ndarray]:
    """Whether a pixel with these neighbours stays, (256,) uint8 for each half of an iteration."""
    index = np.arange(256)
    x = [(index >> (i % 8) & 1).astype(bool) for i in range(10)]
    crossings = sum((~x[i] & (x[i + 1] | x[i + 2])).astype(int) for i in (0, 2, 4, 6))
    pairs = np.minimum(sum((x[i] | x[i + 1]).astype(int) for i in (0, 2, 4, 6)),
                       sum((x[i] | x[i + 1]).astype(int) for i in (1, 3, 5, 7)))
    simple = (crossings == 1) & ((pairs == 2) | (pairs == 3))
    first = simple & ~((x[1] | x[2] | ~x[7]) & x[0])
    second = simple & ~((x[5] | x[6] | ~x[3]) & x[4])
    return (~first).astype(np.uint8), (~second).astype(np.uint8)


def thin(mask: np.ndarray) -> np.ndarray:
    """Thin a (H, W) mask to lines of one pixel, without breaking what is connected."""
    thinned = mask.astype(np.uint8)
    before = -1
    while before != (before := cv2.countNonZero(thinned)):
        for table in _kept():
            neighbours = cv2.filter2D(thinned, -1, _BITS, borderType=cv2.BORDER_CONSTANT)
            thinned = cv2.min(thinned, cv2.LUT(neighbours, table))
    return thinned.astype(bool)


def count_matches(pred: np.ndarray, truth: np.ndarray, radius: float) -> int:
    """The most pairs of a predicted and a true pixel, each in one pair, at most ``radius`` apart.

    Args:
        pred: (H, W) mask.
        truth: (H, W) mask.
        radius: in pixels.
    """
    numbers = np.full(truth.shape, -1)
    numbers[truth] = np.arange(np.count_nonzero(truth))
    y, x = np.nonzero(pred)
    reach = int(radius)
    rows, columns = [], []
    padded = np.pad(numbers, reach, constant_values=-1)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dy * dy + dx * dx > radius * radius:
                continue
            found = padded[y + dy + reach, x + dx + reach]
            near = np.nonzero(found >= 0)[0]
            rows.append(near)
            columns.append(found[near])
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    if not len(rows):
        return 0
    shape = (len(y), np.count_nonzero(truth))
    graph = coo_matrix((np.ones(len(rows), bool), (rows, columns)), shape).tocsr()
    return int((maximum_bipartite_matching(graph, perm_type='column') >= 0).sum())


def boundary_counts(pred: np.ndarray, truth: np.ndarray, thresholds: Sequence[float],
                    max_dist: float = 0.0075) -> np.ndarray:
    """What precision and recall of one image are made of, at each threshold.

    Args:
        pred: (H, W) probabilities.
        truth: (H, W), above 0.5 = boundary, NaN = unknown.
        thresholds: a prediction is a boundary from each of these on.
        max_dist: how far matched pixels may be apart, as a share of the image's diagonal.

    Returns:
        (T, 3) int: matched pairs, predicted pixels, true pixels. Predictions at unknown pixels are
        taken away after thinning.
    """
    lines, known = truth > 0.5, np.isfinite(truth)
    radius = max_dist * float(np.hypot(*truth.shape))
    counts = np.zeros((len(thresholds), 3), np.int64)
    counts[:, 2] = np.count_nonzero(lines)
    last = None
    for i, threshold in enumerate(thresholds):
        mask = pred >= threshold
        if last is not None and np.array_equal(mask, last):
            counts[i] = counts[i - 1]
            continue
        last, thinned = mask, thin(mask) & known
        counts[i, :2] = count_matches(thinned, lines, radius), np.count_nonzero(thinned)
    return counts


def f_measure(counts: np.ndarray) -> np.ndarray:
    """F from (..., 3) counts of :func:`boundary_counts`; 0 where nothing is matched."""
    return _harmonic(*precision_recall(counts))


def precision_recall(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall from (..., 3) counts; 0 where there is nothing to be right about."""
    matched, predicted, true = np.moveaxis(np.asarray(counts, np.float64), -1, 0)
    return matched / np.maximum(predicted, 1), matched / np.maximum(true, 1)


def best_f(counts: np.ndarray) -> float:
    """The largest F over thresholds, precision and recall interpolated between neighbours.

    Args:
        counts: (T, 3) counts of a whole set.
    """
    precision, recall = precision_recall(counts)
    share = np.linspace(0, 1, 101)[:, None]
    between = [share * v[1:] + (1 - share) * v[:-1] for v in (precision, recall)]
    return float(max(_harmonic(*between).max(initial=0), _harmonic(precision, recall).max()))


def _harmonic(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    total = a + b
    return 2 * a * b / np.where(total > 0, total, 1)
