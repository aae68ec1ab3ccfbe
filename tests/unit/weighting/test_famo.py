"""FAMO's update where a task has no labels."""

import pytest
import torch

scalarization = pytest.importorskip('torchjd.scalarization')

from mmmtl.weighting.famo import update_famo  # noqa: E402


def famo_after(losses, after, present, logits):
    famo = scalarization.FAMO(len(logits), weight_decay=0.0).requires_grad_(False)
    famo._w.copy_(torch.tensor(logits))
    famo._prev_losses = torch.tensor(losses)
    update_famo(famo, torch.tensor(after), present)
    return famo


def test_the_logit_of_an_absent_task_stays_and_the_others_move_as_ever():
    """Less weight for the task that fell more than the mean of those present; Adam begins by lr."""
    famo = famo_after([1.0, 2.0], [0.5, 9.0, 1.9], [True, False, True], [0.1, 3.0, -0.2])
    assert (famo._w - torch.tensor([0.1, 3.0, -0.2])).tolist() == pytest.approx(
        [-0.025, 0.0, 0.025], abs=1e-5)
    shares = torch.softmax(torch.tensor([0.1, -0.2]), 0)
    gradient = famo._optimizer.state[famo._w]['exp_avg'] / 0.1
    fell = torch.log(torch.tensor([2.0, 2.0 / 1.9]))
    expected = shares * (fell - (shares * fell).sum())
    assert gradient[1].item() == pytest.approx(0, abs=1e-6)
    assert (gradient[0] / gradient[2]).item() == pytest.approx((expected[0] / expected[1]).item())


@pytest.mark.parametrize('after', [float('nan'), float('inf'), -1.0])
def test_a_loss_that_it_cannot_take_moves_nothing(after):
    famo = famo_after([1.0, 2.0], [0.5, after], [True, True], [0.3, 0.4])
    assert famo._w.tolist() == pytest.approx([0.3, 0.4]) and famo._optimizer is None


def test_a_loss_that_stays_zero_does_not_hold_the_others_back():
    logits = [0.1, 3.0, -0.2]
    famo = famo_after([0.0, 2.0], [0.0, 9.0, 1.0], [True, False, True], logits)
    moved = famo._w - torch.tensor(logits)
    assert moved.tolist() == pytest.approx([0.025, 0.0, -0.025], abs=1e-5)
