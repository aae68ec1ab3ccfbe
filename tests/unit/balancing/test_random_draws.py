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


def test_without_a_seed_it_is_the_runs():
    def stream(run, start=None):
        torch.manual_seed(run)
        one = OwnDraws()
        if start is not None:
            one.start(start)
        return one

    assert draw(stream(3)) == draw(OwnDraws(3)) != draw(stream(4))
    assert draw(stream(4, start=3)) == draw(OwnDraws(3))
    given = OwnDraws(3)
    given.start(5)
    assert draw(given) == draw(OwnDraws(3))
    fresh = OwnDraws()
    assert fresh.state() is None
    fresh.set_state(None)
    fresh.start(3)
    assert draw(fresh) == draw(OwnDraws(3))


def test_state():
    a, b = OwnDraws(1), OwnDraws(7)
    draw(a)
    b.set_state(a.state())
    assert draw(a) == draw(b)
    c = OwnDraws()
    c.set_state(a.state())
    c.start(5)
    assert draw(a) == draw(c)
