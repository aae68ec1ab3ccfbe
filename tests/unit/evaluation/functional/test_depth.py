"""Depth errors against hand-computed values and a float64 brute force."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.evaluation.functional import (
    add_records,
    compute_depth,
    compute_inverse_depth,
    depth_sums,
    inverse_depth_sums,
)

NAN = float('nan')


def test_inverse_depth_by_hand():
    truth = torch.tensor([[[0., 4.], [NAN, 10.]]])  # 0 is infinity, and valid
    pred = torch.tensor([[[1., 4.], [99., 7.]]])
    scores = compute_inverse_depth(inverse_depth_sums(pred, truth))
    assert scores == pytest.approx({'mae': 4 / 3, 'rmse': math.sqrt(10 / 3)})


def test_metric_depth_by_hand():
    truth = torch.tensor([[[1., 2.], [NAN, 4.]]])
    pred = torch.tensor([[[1., 3.], [99., 2.]]])
    scores = compute_depth(depth_sums(pred, truth))
    assert scores == pytest.approx({
        'rmse': math.sqrt(5 / 3),
        'mae': 1.,
        'abs_rel': (0.5 + 0.5) / 3,
        'log10': (math.log10(1.5) + math.log10(2)) / 3,
        'delta1': 1 / 3,  # ratios 1, 1.5, 2; limits 1.25, 1.5625, 1.953
        'delta2': 2 / 3,
        'delta3': 2 / 3,
    })


@pytest.mark.parametrize(('sums', 'compute'), [(inverse_depth_sums, compute_inverse_depth),
                                               (depth_sums, compute_depth)])
def test_nothing_measured_gives_zero_sums_and_nan_scores(sums, compute):
    empty = sums(torch.rand(1, 3, 4), torch.full((1, 3, 4), NAN))
    assert set(empty) == {0.}
    assert all(math.isnan(value) for value in compute(empty).values())


def test_truth_of_zero_metres_never_counts_and_limits_are_included():
    truth = torch.tensor([[[0., 1., 5., 6.]]])
    assert depth_sums(truth, truth)[0] == 3
    assert depth_sums(truth, truth, 1., 5.)[0] == 2
    assert inverse_depth_sums(truth, truth)[0] == 4
    assert inverse_depth_sums(truth, truth, 1., 5.)[0] == 2


def test_prediction_below_the_minimum_is_raised_for_ratios_only():
    scores = compute_depth(depth_sums(torch.tensor([[[-1.]]]), torch.tensor([[[1.]]])))
    assert scores['log10'] == pytest.approx(3)  # 1e-3 against 1
    assert scores['mae'] == scores['abs_rel'] == 2
    assert scores['delta3'] == 0


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), images=st.integers(1, 5), missing=st.floats(0, 1))
def test_agrees_with_a_brute_force_over_all_pixels(seed, images, missing):
    draw = np.random.default_rng(seed)
    truths = draw.uniform(0.1, 80, (images, 1, 4, 6))
    preds = truths * draw.uniform(0.3, 3, truths.shape)
    truths[draw.random(truths.shape) < missing] = NAN
    records = [
        depth_sums(torch.from_numpy(p), torch.from_numpy(t))
        for p, t in zip(preds, truths, strict=True)
    ]
    scores = compute_depth(add_records(records, 8))
    measured = ~np.isnan(truths)
    p, t = preds[measured], truths[measured]
    if p.size == 0:
        assert math.isnan(scores['rmse'])
        return
    ratio = np.maximum(p / t, t / p)
    assert scores == pytest.approx({
        'rmse': np.sqrt(np.mean((p - t)**2)),
        'mae': np.mean(np.abs(p - t)),
        'abs_rel': np.mean(np.abs(p - t) / t),
        'log10': np.mean(np.abs(np.log10(p) - np.log10(t))),
        'delta1': np.mean(ratio < 1.25),
        'delta2': np.mean(ratio < 1.25**2),
        'delta3': np.mean(ratio < 1.25**3),
    }, rel=1e-9, abs=1e-12)
