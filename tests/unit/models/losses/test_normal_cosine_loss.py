"""The cosine loss by hand, against numpy, and where it has no direction."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmmtl.models.losses import normal_cosine
from mmmtl.registry import MODELS

NAN = float('nan')


def directions(seed, shape=(2, 3, 4, 5)):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(shape, generator=generator), dim=1)


def test_by_hand():
    pred = torch.tensor([[0., 0, 3], [0, 2, 0], [1, 1, 0], [9, 9, 9]]).T[None, :, None]
    target = torch.tensor([[0., 0, 1], [0, -1, 0], [1, 0, 0], [NAN, 1, 0]]).T[None, :, None]
    assert normal_cosine(pred, target).item() == pytest.approx(1 - (1 - 1 + 0.5**0.5) / 3)


@given(st.integers(0, 999), st.floats(0, 1), st.floats(0.01, 100))
def test_equal_to_the_authors_formula(seed, missing, length):
    """1 - sum of inner products / number of measured pixels, of unit predictions."""
    pred, target = length * directions(seed), directions(seed + 1)
    hole = torch.rand(2, 4, 5, generator=torch.Generator().manual_seed(seed)) < missing
    target.permute(0, 2, 3, 1)[hole] = NAN
    p, t = (x.permute(0, 2, 3, 1)[~hole].double().numpy() for x in (pred, target))
    expected = 1 - (p / np.linalg.norm(p, axis=1, keepdims=True) * t).sum() / len(p) if len(
        p) else 0
    assert normal_cosine(pred, target).item() == pytest.approx(expected, abs=1e-5)


def test_gradient_against_finite_differences():
    target = directions(1)
    target[0, :, 0] = NAN

    def loss(pred):  # in float32: the loss itself computes in it
        return normal_cosine(pred, target)

    assert torch.autograd.gradcheck(loss, directions(0).requires_grad_(), eps=1e-2, atol=1e-3,
                                    nondet_tol=0)


def test_vectors_of_length_zero_have_a_bounded_gradient_towards_the_target():
    pred = torch.zeros(1, 3, 1, 2, requires_grad=True)
    target = directions(0, (1, 3, 1, 2))
    value = normal_cosine(pred, target)
    value.backward()
    assert value.item() == 1
    np.testing.assert_allclose(pred.grad, -1e4 / 2 * target, rtol=1e-5)


def test_nothing_measured_is_zero_with_zero_gradients():
    pred = directions(0).requires_grad_()
    value = normal_cosine(pred, torch.full((2, 3, 4, 5), NAN))
    value.backward()
    assert value.item() == 0 and not pred.grad.any()


def test_what_is_not_measured_is_not_looked_at():
    pred = torch.tensor([[float('inf'), 0, 0], [0, 0, 1.]]).T[None, :, None].requires_grad_()
    value = normal_cosine(pred, torch.tensor([[NAN, 0, 0], [0, 1, 0]]).T[None, :, None])
    value.backward()
    assert value.item() == 1 and torch.isfinite(pred.grad).all() and not pred.grad[..., 0].any()


def test_half_precision():
    pred = 600 * directions(0).half()
    assert normal_cosine(pred, directions(0)).item() == pytest.approx(0, abs=1e-4)


def test_module_and_shapes():
    module = MODELS.build(dict(type='mmmtl.NormalCosineLoss', loss_weight=2.0))
    assert module(directions(0), -directions(0)).item() == pytest.approx(4)
    with pytest.raises(ValueError, match='differ in shape'):
        module(directions(0), directions(0)[:, :2])
