"""The gradient of one loss."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from mmmtl.balancing.task_gradients import fill_row, gradients_of


@pytest.mark.parametrize('reentrant', [False, True])
def test_grad_fields_stay(reentrant):
    layer, other = nn.Linear(2, 1), nn.Linear(2, 1)
    inputs = torch.ones(3, 2, requires_grad=True)
    output = checkpoint(layer, inputs, use_reentrant=True) if reentrant else layer(inputs)
    layer.weight.grad = torch.full((1, 2), 7.)
    parameters = [*layer.parameters(), *other.parameters()]
    for retain in (True, False):
        found = gradients_of(output.sum(), parameters, retain, reentrant)
        assert [g if g is None else g.flatten().tolist() for g in found] == [
            [3, 3], [3], None, None]
    assert layer.weight.grad.tolist() == [[7, 7]] and layer.bias.grad is None


def test_constant():
    assert gradients_of(torch.ones(()), [nn.Parameter(torch.ones(1))], False) == [None]


def test_fill_row():
    row = torch.empty(4)
    fill_row(row, [torch.ones(1, 2), torch.full((2, ), 3.)], [2, 2], add=False)
    assert row.tolist() == [1, 1, 3, 3]
    fill_row(row, [None, torch.ones(2).half()], [2, 2], add=True)
    assert row.tolist() == [1, 1, 4, 4]
    fill_row(row, [None, torch.ones(2)], [2, 2], add=False)
    assert row.tolist() == [0, 0, 1, 1]
