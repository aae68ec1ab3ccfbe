"""Equal weights."""

import torch

from mmmtl.balancing import Mean, Sum

JACOBIAN = torch.tensor([[1., 0.], [3., 4.]])


def test_sum_and_mean():
    assert Sum()(JACOBIAN).tolist() == [4, 4]
    assert Mean()(JACOBIAN).tolist() == [2, 2]


def test_mean_is_over_those_that_are_there():
    mean = Mean()
    mean.bind(['a', 'b', 'c'])
    assert mean(JACOBIAN, tasks=(0, 2)).tolist() == [2, 2]
