"""The balanced cross-entropy of boundaries."""

import math

import pytest
import torch

from mmmtl.models.losses.balanced_bce_loss import BalancedBCELoss, balanced_bce


def test_closed_form():
    """One boundary among four known pixels: it weighs 3/4 and each of the others 1/4."""
    logits = torch.tensor([[[[2., 0., -1., 1., 9.]]]])
    target = torch.tensor([[[[1., 0., 0., 0., math.nan]]]])
    soft = [math.log1p(math.exp(x)) for x in (-2, 0, -1, 1)]
    expected = (0.75 * soft[0] + 0.25 * sum(soft[1:])) / 4
    assert balanced_bce(logits, target).item() == pytest.approx(expected, rel=1e-6)
    assert BalancedBCELoss(2.)(logits, target).item() == pytest.approx(2 * expected, rel=1e-6)
    assert BalancedBCELoss.count(target) == 4


def test_both_classes_weigh_the_same():
    target = torch.zeros(1, 1, 10, 10)
    target[..., 0, :3] = 1
    logits = torch.zeros_like(target, requires_grad=True)
    gradient, = torch.autograd.grad(balanced_bce(logits, target), logits)
    torch.testing.assert_close(gradient[target == 1].sum(), -gradient[target == 0].sum())


def test_frames_have_shares_of_their_own():
    chance = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 1, 4, 4, generator=chance)
    target = (torch.rand(2, 1, 4, 4, generator=chance) > torch.tensor([.2, .8])[:, None, None, None]
              ).float()
    alone = [balanced_bce(logits[i:i + 1], target[i:i + 1]) for i in range(2)]
    torch.testing.assert_close(balanced_bce(logits, target), sum(alone) / 2)


def test_unknown_pixels_and_frames_give_no_gradient():
    logits = torch.tensor([[[[math.nan, 1., 2.]]], [[[1., 1., 1.]]]], requires_grad=True)
    target = torch.tensor([[[[math.nan, 1., 0.]]], [[[math.nan] * 3]]])
    loss = balanced_bce(logits, target)
    gradient, = torch.autograd.grad(loss, logits)
    assert loss > 0 and gradient.isfinite().all() and gradient[0, 0, 0, 1:].all()
    assert not gradient[0, 0, 0, 0] and not gradient[1].any()
    nothing = balanced_bce(logits[1:], target[1:])
    assert nothing == 0 and not torch.autograd.grad(nothing, logits)[0].any()


def test_shapes_must_agree():
    with pytest.raises(ValueError, match='differ in shape'):
        balanced_bce(torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 3))
