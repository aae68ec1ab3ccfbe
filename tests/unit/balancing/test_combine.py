"""One update of a balancer: what it sees, and what is to be written."""

import pytest
import torch
from mmengine.logging import MessageHub

from mmmtl.balancing import GradNorm
from mmmtl.balancing.base import BaseBalancer, Rows
from mmmtl.balancing.combine import combine
from mmmtl.balancing.gradient_log import GradientLog
from mmmtl.balancing.levels import ParametersLevel
from mmmtl.registry import BALANCERS

LEVEL = ParametersLevel('ab', ['w'], [torch.nn.Parameter(torch.zeros(2))])


def combined(balancer, jacobian, losses=(1., 1.)):
    jacobian = torch.tensor(jacobian)
    balancer.bind('ab')
    log = GradientLog('ab', MessageHub.get_instance('test_combine'), 0)
    rows = Rows.of(jacobian, tasks=(0, 1), losses=torch.tensor(losses))
    return combine(balancer, LEVEL, rows, 1.0, log, 1)


def test_a_weighted_method_without_rows_of_zeros():
    found = combined(BALANCERS.build(dict(type='Sum')), [[0., 0.], [3., 4.]])
    assert found.rows.tasks == (1, ) and found.weights.tolist() == [1]
    assert found.rows.jacobian.tolist() == [[3, 4]]
    assert found.gradient is None and found.head_weights is None


def test_a_method_of_the_whole_jacobian():
    class Largest(BaseBalancer):
        weighted = False

        def weights(self, rows):
            raise AssertionError('it has none')

        def combine(self, rows):
            return rows.jacobian.max(dim=0).values

    found = combined(Largest(), [[1., 5.], [2., 3.]])
    assert found.gradient.tolist() == [2, 5] and found.weights is None


def test_weights_of_heads_are_those_before_the_step():
    """Of the task without a gradient too, which the balancer is not shown."""
    balancer = GradNorm(lr=0.1)
    combined(balancer, [[1., 0.], [0., 3.]])
    before = balancer.current().tolist()
    assert before[0] > 1 > before[1]
    found = combined(balancer, [[0., 0.], [3., 4.]])
    assert found.head_weights == pytest.approx(dict(enumerate(before)), rel=1e-6)
