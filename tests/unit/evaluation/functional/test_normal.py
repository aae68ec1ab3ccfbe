"""Angular errors against hand-computed values and numpy over all pixels."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.evaluation.functional import (
    add_records,
    angular_errors,
    compute_normal,
    error_histogram,
    median_of_histogram,
    normal_sums,
)
from mmmtl.evaluation.functional.normal import BIN_WIDTH, NUM_BINS

NAN = float('nan')


def score(errors):
    errors = np.asarray(errors, float)
    return compute_normal(normal_sums(errors), error_histogram(errors))


def test_angles_by_hand():
    truth = torch.tensor([[0, 0, 1.], [0, 0, 1], [1, 0, 0], [NAN, 0, 0], [0, 1, 0]]).T[:, None]
    pred = torch.tensor([[0, 0, 5.], [0, 1, 1], [-2, 0, 0], [1, 0, 0], [0, 0, 0]]).T[:, None]
    # length does not matter; one of length zero has no direction: cosine 0
    np.testing.assert_allclose(angular_errors(pred, truth), [0, 45, 180, 90], atol=1e-5)


def test_scores_by_hand():
    assert score([1, 11.25, 20, 25, 100]) == {
        'mean': pytest.approx(157.25 / 5), 'median': pytest.approx(20.005),
        'within_11.25': 20, 'within_22.5': 60, 'within_30': 80}
    assert score([10, 20])['median'] == pytest.approx(15.005)
    assert score([180.])['median'] == pytest.approx(180, abs=BIN_WIDTH)


def test_nothing_known():
    errors = angular_errors(torch.ones(3, 2, 2), torch.full((3, 2, 2), NAN))
    assert errors.shape == (0, ) and set(normal_sums(errors)) == {0.}
    assert all(math.isnan(value) for value in score([]).values())
    assert math.isnan(median_of_histogram(np.zeros(NUM_BINS, np.int64)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), images=st.integers(1, 5), missing=st.floats(0, 1))
def test_agrees_with_a_brute_force_over_all_pixels(seed, images, missing):
    draw = np.random.default_rng(seed)
    truths = draw.normal(size=(images, 3, 4, 6))
    truths /= np.linalg.norm(truths, axis=1, keepdims=True)
    preds = truths + draw.uniform(0, 1) * draw.normal(size=truths.shape)
    hole = np.broadcast_to(draw.random((images, 1, 4, 6)) < missing, truths.shape)
    truths = np.where(hole, NAN, truths)
    errors = [angular_errors(*map(torch.from_numpy, pair))
              for pair in zip(preds, truths, strict=True)]
    scores = compute_normal(add_records(map(normal_sums, errors), 5),
                            sum(map(error_histogram, errors)))
    known = ~hole[:, 0]
    p, t = np.moveaxis(preds, 1, -1)[known], np.moveaxis(truths, 1, -1)[known]
    if p.size == 0:
        assert math.isnan(scores['median'])
        return
    angle = np.degrees(np.arctan2(np.linalg.norm(np.cross(p, t), axis=-1), (p * t).sum(-1)))
    assert scores.pop('median') == pytest.approx(np.median(angle), abs=BIN_WIDTH / 2 + 1e-9)
    assert scores == pytest.approx({
        'mean': angle.mean(),
        **{f'within_{limit:g}': 100 * (angle < limit).mean() for limit in (11.25, 22.5, 30)},
    }, rel=1e-6, abs=1e-5)
