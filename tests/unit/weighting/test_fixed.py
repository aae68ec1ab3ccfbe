"""Constant weights by hand."""

import pytest
import torch

from mmmtl.weighting import FixedWeighting

TASKS = dict(semantic='classification', depth='regression')


def test_equal_weights_leave_losses_alone():
    losses = dict(semantic=torch.tensor(2.0), depth=torch.tensor(5.0))
    assert {k: v.item() for k, v in FixedWeighting(TASKS)(losses).items()} == dict(
        semantic=2.0, depth=5.0)


def test_named_weights():
    weighting = FixedWeighting(TASKS, weights=dict(semantic=1.0, depth=0.1))
    terms = weighting(dict(depth=torch.tensor(5.0), semantic=torch.tensor(2.0)))
    assert terms['depth'].item() == pytest.approx(0.5)
    assert list(terms) == list(TASKS)
    assert weighting.state()['weight']['depth'].item() == pytest.approx(0.1)


def test_task_without_loss_is_left_out():
    assert list(FixedWeighting(TASKS)(dict(depth=torch.tensor(5.0)))) == ['depth']


def test_unknown_names_are_refused():
    with pytest.raises(KeyError, match=r"\['normals'\].*tasks are \['semantic', 'depth'\]"):
        FixedWeighting(TASKS)(dict(normals=torch.tensor(1.0)))
    with pytest.raises(KeyError, match='normals'):
        FixedWeighting(TASKS, weights=dict(semantic=1.0, depth=1.0, normals=1.0))


@pytest.mark.parametrize(('weights', 'match'), [
    (float('nan'), r'weights must be a finite number, got nan; give one for all'),
    (float('inf'), 'got inf'),
    ('x', "weights must be a finite number, got 'x'"),
    (dict(semantic=1.0, depth=None), "weights of task 'depth' must be a finite number, got None"),
    (-1.0, r"must not be negative .*got \{'semantic': -1.0, 'depth': -1.0\}; 0 leaves"),
    (dict(semantic=1.0, depth=-0.5), r"got \{'depth': -0.5\}")])
def test_what_is_no_weight_is_refused(weights, match):
    with pytest.raises(ValueError, match=f'FixedWeighting: .*{match}'):
        FixedWeighting(TASKS, weights=weights)


def test_a_weight_of_zero_leaves_a_task_out_of_the_total():
    terms = FixedWeighting(TASKS, weights=dict(semantic=1.0, depth=0))(
        dict(depth=torch.tensor(5.0), semantic=torch.tensor(2.0)))
    assert sum(terms.values()).item() == 2.0
