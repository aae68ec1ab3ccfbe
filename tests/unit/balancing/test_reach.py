"""What a loss reaches."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from mmmtl.balancing.reach import Reach


def test_reaches_what_it_depends_on_with_distances():
    first, second, other = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)
    loss = second(first(torch.ones(1, 2)).tanh()).sum()
    reach = Reach(loss)
    assert set(reach.depth) == {id(p) for p in (*first.parameters(), *second.parameters())}
    assert reach.depth[id(second.bias)] < reach.depth[id(first.bias)]
    assert id(other.weight) not in reach.depth and not reach.hidden


def test_reentrant_checkpoints_hide_parameters():
    layer = nn.Linear(2, 2)
    inputs = torch.ones(1, 2, requires_grad=True)
    hidden = Reach(checkpoint(layer, inputs, use_reentrant=True).sum())
    assert hidden.hidden and id(layer.weight) not in hidden.depth
    shown = Reach(checkpoint(layer, inputs, use_reentrant=False).sum())
    assert not shown.hidden and id(layer.weight) in shown.depth


def test_a_constant_reaches_nothing():
    assert not Reach(torch.ones(())).depth
