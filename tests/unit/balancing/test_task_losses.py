"""Handing over."""

import pytest
import torch

from mmmtl.balancing import hand_over, tap
from mmmtl.balancing.task_losses import handed_over


def test_once():
    terms = dict(a=torch.ones(()), b=torch.ones(()))
    total = hand_over(sum(terms.values()), terms)
    losses = handed_over(total)
    assert losses.terms == terms and losses.present == ('a', 'b') and losses.features is None
    with pytest.raises(ValueError, match=r'gave only their sum.*hand_over'):
        handed_over(total)


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


def test_features_that_are_not_cut_are_refused():
    with pytest.raises(ValueError, match='must be what tap gave'):
        hand_over(torch.ones(()), dict(a=torch.ones(())), features=[torch.ones(1)])
