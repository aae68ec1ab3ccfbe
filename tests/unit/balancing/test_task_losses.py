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


def test_taps_cut_what_flows_through_later_features():
    first = torch.ones(2, requires_grad=True) * 1.0
    second = first * 3
    (a, b), views = tap((first, second))
    assert views == (a, b)
    loss = (a + b).sum()
    direct = torch.autograd.grad(loss, views, retain_graph=True)
    assert [g.tolist() for g in direct] == [[1, 1], [1, 1]]  # not 4: the path through b is b's
    whole = torch.autograd.grad(loss, first)[0]
    assert whole.tolist() == [4, 4]


def test_taps_of_other_structures():
    view, views = tap(torch.ones(1, requires_grad=True))
    assert views == (view, )
    assert tap([torch.ones(1)])[1] == ()
    with pytest.raises(ValueError, match="set of features per task.*level='parameters'"):
        tap(dict(a=torch.ones(1)))
