"""Handing over."""

import pytest
import torch
from torch import nn

from mmmtl.balancing import Handover
from mmmtl.balancing.handover import handover_of, tap

TERMS = dict(a=torch.ones(()), b=torch.ones(()))


def test_once():
    handover = Handover()
    with handover.open('parameters'):
        handover.put(TERMS)
    losses = handover.take()
    assert losses.terms == TERMS and losses.present == ('a', 'b') and losses.features is None
    with pytest.raises(ValueError, match='put none into its handover.*optim_context'):
        handover.take()


def test_closed_it_does_nothing():
    handover, features = Handover(), torch.ones(1, requires_grad=True)
    assert handover.cut(features) is features
    handover.put(TERMS)
    with pytest.raises(ValueError, match='put none'):
        handover.take()


def test_features():
    handover, features = Handover(), torch.ones(1, requires_grad=True) * 2
    with handover.open('features'):
        leaf = handover.cut(features)
        handover.put(dict(a=leaf.sum()), present=[])
    assert leaf is not features and handover.cut(features) is features
    losses = handover.take()
    assert losses.features == ((features, leaf), ) and losses.present == ()


def test_opened_again_it_is_empty():
    handover = Handover()
    with handover.open('parameters'):
        handover.put(TERMS)
    with handover.open('parameters'):
        pass
    with pytest.raises(ValueError, match='put none'):
        handover.take()


def test_a_model_without():
    with pytest.raises(ValueError, match=r'Linear gives only their sum.*Handover\(\)'):
        handover_of(nn.Linear(1, 1))


def test_taps_cut_the_graph():
    start = torch.ones(2, requires_grad=True)
    first = start * 1.0
    second = first * 3
    (a, b), taps = tap((first, second))
    assert [t.leaf is z for t, z in zip(taps, (a, b), strict=True)] == [True, True]
    assert a.tolist() == first.tolist() and b.tolist() == second.tolist()
    direct = torch.autograd.grad((a + b).sum(), [a, b, start], allow_unused=True)
    assert [g.tolist() for g in direct[:2]] == [[1, 1], [1, 1]]  # the path through b is b's
    assert direct[2] is None
    torch.autograd.backward([t.source for t in taps], direct[:2])
    assert start.grad.tolist() == [4, 4]


def test_taps_of_other_structures():
    leaf, (one, ) = tap(torch.ones(1, requires_grad=True))
    assert one.leaf is leaf
    constant = torch.ones(1)
    (same, ), none = tap([constant])
    assert same is constant and none == ()
    with pytest.raises(ValueError, match="set of features per task.*level='parameters'"):
        tap(dict(a=torch.ones(1)))
