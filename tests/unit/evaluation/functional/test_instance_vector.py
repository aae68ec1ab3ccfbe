"""Errors of instance vectors against hand-computed values and a brute force."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.evaluation.functional import (
    add_records,
    compute_instance_vector,
    instance_vector_sums,
)

NAN = float('nan')


def test_by_hand():
    truth = torch.tensor([[[0., 5.], [NAN, 2.]], [[0., 5.], [NAN, 2.]]])
    pred = torch.tensor([[[3., 5.], [9., 2.]], [[-4., 5.], [9., 4.]]])
    scores = compute_instance_vector(instance_vector_sums(pred, truth))
    # errors (3, -4), (0, 0), (0, 2): sum of |e| is 9 over 3 pixels and 2 components
    assert scores == pytest.approx({'mae': 9 / 6, 'epe': (5 + 0 + 2) / 3})


def test_no_instance():
    sums = instance_vector_sums(torch.rand(2, 3, 3), torch.full((2, 3, 3), NAN))
    assert sums == (0., 0., 0.)
    assert all(math.isnan(value) for value in compute_instance_vector(sums).values())


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), images=st.integers(1, 4))
def test_agrees_with_a_brute_force_and_keeps_its_bounds(seed, images):
    draw = np.random.default_rng(seed)
    truths, preds = draw.normal(0, 30, (2, images, 2, 5, 4))
    truths[:, :, draw.random((5, 4)) < 0.4] = NAN
    truths[0, :, 0, 0] = 0.
    records = [
        instance_vector_sums(torch.from_numpy(p), torch.from_numpy(t))
        for p, t in zip(preds, truths, strict=True)
    ]
    scores = compute_instance_vector(add_records(records, 3))
    error = np.moveaxis(preds - truths, 1, -1).reshape(-1, 2)
    error = error[~np.isnan(error[:, 0])]
    assert scores['mae'] == pytest.approx(np.abs(error).mean())
    assert scores['epe'] == pytest.approx(np.linalg.norm(error, axis=1).mean())
    assert scores['mae'] <= scores['epe'] <= 2 * scores['mae']
