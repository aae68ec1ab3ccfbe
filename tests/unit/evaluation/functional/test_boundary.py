"""Boundary scores against brute force.

Thinning and matching were also compared with pyEdgeEval 0.2.8, which wraps the benchmark's C++
``correspondPixels``: see ``docs/metrics.md``.
"""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, label
from scipy.optimize import linear_sum_assignment

from mmmtl.evaluation.functional.boundary import (
    best_f,
    boundary_counts,
    count_matches,
    f_measure,
    thin,
)


def most_pairs(pred, truth, radius):
    """By Hungarian assignment of all pixels to all."""
    a, b = np.argwhere(pred), np.argwhere(truth)
    near = np.linalg.norm(a[:, None] - b[None], axis=-1) <= radius
    rows, columns = linear_sum_assignment(~near)
    return int(near[rows, columns].sum())


def blobs(seed, shape=(17, 23), share=.6):
    image = gaussian_filter(np.random.default_rng(seed).random(shape), 1.3)
    return image > np.quantile(image, share)


@pytest.mark.parametrize('radius', [0.5, 1, 2.3, 5])
@pytest.mark.parametrize('seed', range(4))
def test_as_many_pairs_as_by_assignment(seed, radius):
    chance = np.random.default_rng(seed)
    pred, truth = (chance.random((12, 15)) < share for share in (.15, .2))
    assert count_matches(pred, truth, radius) == most_pairs(pred, truth, radius) > 0


def test_greedy_pairs_would_be_fewer():
    pred, truth = np.zeros((2, 1, 5), bool)
    pred[0, [1, 3]] = truth[0, [2, 4]] = True  # 3 may take 2, and 1 would have none
    assert count_matches(pred, truth, 1) == 2
    assert count_matches(pred, np.zeros_like(truth), 1) == 0
    assert count_matches(np.zeros_like(pred), truth, 1) == 0


def neighbours(mask, y, x):
    """p1 to p8 of Guo and Hall, from the right counter-clockwise."""
    padded = np.pad(mask, 1)
    return [bool(padded[y + 1 + dy, x + 1 + dx]) for dy, dx in (
        (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))]


def thinned_by_definition(mask):
    """The conditions G1, G2, G3 of MATLAB's documentation, pixel by pixel."""
    mask, changed = mask.copy(), True
    while changed:
        changed = False
        for half in (0, 4):
            gone = []
            for y, x in np.argwhere(mask):
                p = neighbours(mask, y, x)
                p = [None, *p, p[0]]
                crossings = sum(not p[2 * i - 1] and (p[2 * i] or p[2 * i + 1])
                                for i in range(1, 5))
                n1 = sum(p[2 * k - 1] or p[2 * k] for k in range(1, 5))
                n2 = sum(p[2 * k] or p[2 * k + 1] for k in range(1, 5))
                third = (p[2 + half] or p[3 + half] or not p[8 - half]) and p[1 + half]
                if crossings == 1 and 2 <= min(n1, n2) <= 3 and not third:
                    gone.append((y, x))
            for pixel in gone:
                mask[pixel] = False
            changed = changed or bool(gone)
    return mask


@pytest.mark.parametrize('seed', range(6))
def test_thinning(seed):
    mask = blobs(seed, share=.3 + .1 * seed)
    found = thin(mask)
    np.testing.assert_array_equal(found, thinned_by_definition(mask))
    eight = np.ones((3, 3))
    assert 0 < found.sum() < mask.sum() and not found[~mask].any()
    assert label(found, eight)[1] == label(mask, eight)[1]
    np.testing.assert_array_equal(thin(found), found)


def test_counts_at_each_threshold():
    chance = np.random.default_rng(0)
    truth = thin(blobs(1)).astype(np.float32)
    pred = gaussian_filter(np.roll(truth, 1, 1), 1) + .2 * chance.random(truth.shape)
    thresholds = [.1, .3, .5, .51, .9, 2.]
    found = boundary_counts(pred, truth, thresholds, max_dist=.05)
    radius = .05 * np.hypot(*truth.shape)
    for threshold, row in zip(thresholds, found, strict=True):
        lines = thinned_by_definition(pred >= threshold)
        assert row.tolist() == [most_pairs(lines, truth > 0, radius) if lines.any() else 0,
                                lines.sum(), (truth > 0).sum()]
    assert 0 < found[2, 0] < found[2, 2] and found[-1, 1] == 0


def test_unknown_pixels_count_for_nothing():
    truth = np.zeros((20, 20), np.float32)
    truth[5], pred = 1, np.zeros((20, 20))
    pred[5] = pred[15] = .8
    assert boundary_counts(pred, truth, [.5]).tolist() == [[20, 40, 20]]
    truth[12:] = np.nan
    assert boundary_counts(pred, truth, [.5]).tolist() == [[20, 20, 20]]


def test_lines_are_thinned_before_unknown_pixels_are_left_out():
    """A band half of which is unknown has its middle there, not in the known half."""
    truth, pred = np.zeros((20, 20), np.float32), np.zeros((20, 20))
    truth[10:], pred[8:13] = np.nan, .8
    assert boundary_counts(pred, truth, [.5])[0, 1] < 3  # but for the ends of the line


def test_f():
    assert f_measure([[6, 8, 12], [0, 0, 5], [0, 0, 0]]).tolist() == pytest.approx([.6, 0, 0])
    counts = np.array([[10, 40, 10], [5, 5, 10]])  # precision 1/4 and 1, recall 1 and 1/2
    between = max(2 * p * r / (p + r) for p, r in (
        (1 / 4 + 3 / 4 * d, 1 - d / 2) for d in np.arange(101) / 100))
    assert best_f(counts) == pytest.approx(between) and between > f_measure(counts).max() + .01
    assert best_f(counts[:1]) == pytest.approx(.4)
