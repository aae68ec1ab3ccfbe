"""A stream of random numbers of its own."""

import torch

from mmmtl.balancing.random_draws import OwnDraws

CPU = torch.device('cpu')


def draw(stream):
    with stream.global_generator(CPU):
        return torch.randperm(10).tolist()


def test_same_seed_same_stream_whatever_else_is_drawn():
    a, b = OwnDraws(1), OwnDraws(1)
    first = [draw(a), draw(a)]
    torch.rand(5)
    assert [draw(b), draw(b)] == first and first[0] != first[1]
    assert draw(OwnDraws(2)) != first[0]


def test_state():
    a, b = OwnDraws(1), OwnDraws(7)
    draw(a)
    b.set_state(a.state())
    assert draw(a) == draw(b)
