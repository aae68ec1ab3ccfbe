"""The interface of balancers."""

import pytest
import torch

from mmmtl.balancing import Rows
from mmmtl.registry import BALANCERS

JACOBIAN = torch.tensor([[1., 0., 2.], [0., 3., 1.], [1., 1., 1.]])


def test_rows_of_a_jacobian():
    rows = Rows.of(JACOBIAN.clone(), tasks=(0, 1, 2), losses=torch.tensor([1., 2., 3.]))
    assert rows.gramian.tolist() == [[5, 2, 3], [2, 10, 4], [3, 4, 3]]
    some = rows.select([0, 2])
    assert some.tasks == (0, 2)
    assert some.gramian.tolist() == [[5, 3], [3, 3]]
    assert some.losses.tolist() == [1, 3]
    assert torch.equal(some.jacobian, JACOBIAN[[0, 2]])
    assert some.jacobian.data_ptr() == rows.jacobian.data_ptr()  # no copy
    assert some.select([0, 1]) is some


def test_gradients_are_not_followed():
    jacobian = JACOBIAN.clone().requires_grad_()
    assert not BALANCERS.build(dict(type='Sum'))(jacobian).requires_grad


def test_one_task_is_refused():
    with pytest.raises(ValueError, match='nothing to balance.*OptimWrapper'):
        BALANCERS.build(dict(type='GradNorm')).bind(['depth'])


def test_integers_are_refused():
    with pytest.raises(ValueError, match='floats'):
        BALANCERS.build(dict(type='Sum'))(JACOBIAN.long())
