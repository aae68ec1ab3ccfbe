"""Draws that follow from a seed and a number, and disturb nothing."""

import torch

from mmmtl.weighting.shared_draw import SharedDraw

CPU = torch.device('cpu')


def draw(shared, training=True):
    with shared.next(CPU, training):
        return torch.randn(3).tolist()


def test_draws_are_reproducible_and_all_different():
    one, other = SharedDraw(7), SharedDraw(7)
    draws = [draw(one) for _ in range(50)]
    assert draws == [draw(other) for _ in range(50)]
    assert len({tuple(d) for d in draws}) == 50
    assert abs(torch.tensor(draws).mean()) < 0.3  # consecutive seeds are no consecutive numbers
    assert draw(SharedDraw(8)) != draws[0]


def test_other_generators_go_on_as_if_nothing_were_drawn():
    torch.manual_seed(0)
    expected = torch.randn(2)
    torch.manual_seed(0)
    draw(SharedDraw(7))
    assert torch.equal(torch.randn(2), expected)


def test_the_default_is_the_seed_of_the_run():
    torch.manual_seed(11)
    assert draw(SharedDraw()) == draw(SharedDraw(11))


def test_a_resumed_one_goes_on():
    one, other = SharedDraw(7), SharedDraw(1)
    draw(one)
    other.load_state_dict(one.state_dict())
    assert draw(one, training=False) == draw(one) == draw(other)
