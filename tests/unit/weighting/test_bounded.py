"""A clamp that descent can come back from."""

import torch

from mmmtl.weighting.bounded import bounded


def test_untouched_within_the_range_bit_for_bit():
    values = torch.linspace(-2, 2, 101, requires_grad=True)
    weights = torch.linspace(-3, 3, 101)
    expected, = torch.autograd.grad((torch.exp(values) * weights).sum(), values)
    found, = torch.autograd.grad((torch.exp(bounded(values, -2, 2)) * weights).sum(), values)
    assert torch.equal(bounded(values, -2, 2), values) and torch.equal(found, expected)


def test_beyond_it_only_the_way_back_has_a_gradient():
    values = torch.tensor([-3.0, -3.0, 3.0, 3.0, 0.0], requires_grad=True)
    result = bounded(values, -1.0, 1.0)
    assert result.tolist() == [-1.0, -1.0, 1.0, 1.0, 0.0]
    result.backward(torch.tensor([2.0, -2.0, 2.0, -2.0, 5.0]))
    # a step goes against the gradient
    assert values.grad.tolist() == [0.0, -2.0, 2.0, 0.0, 5.0]


def test_descent_stays_at_the_limit_and_comes_back():
    value = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.Adam([value], lr=0.1)
    for target in (-1e9, 0.5):
        for _ in range(400):
            optimizer.zero_grad()
            clamped = bounded(value, -1.0, 1.0)
            (clamped - target).abs().backward()
            optimizer.step()
        if target < 0:
            assert -2.5 < value.item() <= -1.0
    assert abs(value.item() - 0.5) < 0.2
