"""Losses over measured values against hand values and independent implementations."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mmmtl.models.losses import berhu, masked_huber, masked_l1
from mmmtl.models.losses.masking import masked_residual
from mmmtl.registry import MODELS

NAN = float('nan')
LOSSES = dict(MaskedL1Loss=masked_l1, MaskedHuberLoss=masked_huber, BerHuLoss=berhu)


def test_l1_by_hand_is_per_component():
    pred = torch.tensor([[[[1.0, 5.0]], [[2.0, 7.0]]]])
    target = torch.tensor([[[[0.0, NAN]], [[5.0, NAN]]]])
    assert masked_l1(pred, target).item() == pytest.approx((1 + 3) / 2)


def test_huber_by_hand():
    pred, target = torch.tensor([[[[0.5, 3.0]]]]), torch.zeros(1, 1, 1, 2)
    assert masked_huber(pred, target, delta=1.0).item() == pytest.approx((0.125 + 2.5) / 2)


def test_berhu_by_hand():
    pred, target = torch.tensor([[[[1.0, 10.0]]]]), torch.zeros(1, 1, 1, 2)
    c = 2.0  # 0.2 of the largest residual
    assert berhu(pred, target).item() == pytest.approx((1.0 + (100 + c * c) / (2 * c)) / 2)


def test_berhu_threshold_is_a_constant_of_the_gradient():
    pred = torch.tensor([[[[1.0, 10.0]]]], requires_grad=True)
    berhu(pred, torch.zeros(1, 1, 1, 2)).backward()
    assert pred.grad.flatten().tolist() == pytest.approx([0.5, 10 / 2.0 / 2])


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.float64, (2, 2, 3, 4), elements=st.floats(-50, 50)), st.data())
def test_equal_to_boolean_indexing(values, data):
    """numpy on the measured values only, in float64."""
    mask = data.draw(hnp.arrays(bool, values.shape))
    pred = torch.linspace(-5, 5, values.size).reshape(values.shape)
    target = torch.tensor(np.where(mask, values, np.nan), dtype=torch.float32)
    residual = (pred.numpy().astype(np.float64) - values.astype(np.float32))[mask]
    expected_l1 = np.abs(residual).mean() if residual.size else 0.0
    assert masked_l1(pred, target).item() == pytest.approx(expected_l1, rel=1e-5, abs=1e-6)
    size = np.abs(residual)
    huber = np.where(size <= 2, size**2 / 2, 2 * (size - 1)).mean() if residual.size else 0.0
    assert masked_huber(pred, target, 2.0).item() == pytest.approx(huber, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize('name', LOSSES)
def test_modules_weigh_their_function(name):
    pred, target = torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4)
    module = MODELS.build(dict(type=f'mmmtl.{name}', loss_weight=3.0))
    assert module(pred, target).item() == pytest.approx(3 * LOSSES[name](pred, target).item())


@pytest.mark.parametrize('loss', LOSSES.values())
def test_nothing_measured_is_zero_with_zero_gradients(loss):
    pred = torch.randn(1, 2, 3, 3, requires_grad=True)
    value = loss(pred, torch.full((1, 2, 3, 3), NAN))
    value.backward()
    assert value.item() == 0
    assert torch.equal(pred.grad, torch.zeros_like(pred))


@pytest.mark.parametrize('loss', LOSSES.values())
def test_perfect_prediction_has_a_finite_gradient(loss):
    pred = torch.randn(1, 1, 3, 3, requires_grad=True)
    value = loss(pred, pred.detach().clone())
    value.backward()
    assert value.item() == 0
    assert torch.isfinite(pred.grad).all()


@pytest.mark.parametrize('loss', LOSSES.values())
def test_half_precision_predictions_are_compared_in_float32(loss):
    pred = torch.full((1, 1, 64, 64), 200.0, dtype=torch.float16)
    assert torch.isfinite(loss(pred, torch.zeros(1, 1, 64, 64)))


@pytest.mark.parametrize('loss', LOSSES.values())
def test_an_infinity_at_an_unmeasured_pixel_is_not_looked_at(loss):
    pred = torch.tensor([[[[float('inf'), 2.0]]]], requires_grad=True)
    value = loss(pred, torch.tensor([[[[NAN, 1.5]]]]))
    value.backward()
    assert torch.isfinite(value) and pred.grad[0, 0, 0, 0] == 0 and pred.grad[0, 0, 0, 1] > 0


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r'\(1, 1, 2, 2\).*\(1, 2, 2, 2\)'):
        masked_residual(torch.zeros(1, 1, 2, 2), torch.zeros(1, 2, 2, 2))


@pytest.mark.parametrize('cfg, message', [
    (dict(type='mmmtl.MaskedHuberLoss', delta=0.0), 'delta must be positive, got 0.0'),
    (dict(type='mmmtl.BerHuLoss', fraction=2.0), r'fraction must be in \(0, 1\], got 2.0'),
])
def test_bad_options(cfg, message):
    with pytest.raises(ValueError, match=message):
        MODELS.build(cfg)
