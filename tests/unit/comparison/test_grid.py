"""Fixed weights."""

import pytest

from mmmtl.comparison.grid import fixed_method, grid_weights


def test_the_others_share_the_rest():
    assert grid_weights(dict(a=[0.9, 0.5]), ['a', 'b']) == [dict(a=0.9, b=0.1), dict(a=0.5, b=0.5)]
    assert grid_weights(dict(b=[0.2]), ['a', 'b', 'c']) == [dict(a=0.4, b=0.2, c=0.4)]


def test_every_combination_that_leaves_something():
    found = grid_weights(dict(a=[0.5, 0.9], b=[0.1, 0.5]), ['a', 'b', 'c'])
    assert [list(w.values()) for w in found] == [[0.5, 0.1, 0.4], [0.5, 0.5, 0.0], [0.9, 0.1, 0.0]]


def test_all_named_are_taken_as_they_are():
    assert grid_weights(dict(a=[3], b=[0.5]), ['a', 'b']) == [dict(a=3, b=0.5)]


def test_errors():
    with pytest.raises(KeyError, match=r"\['dpeth'\], but the tasks are"):
        grid_weights(dict(dpeth=[1]), ['depth', 'b'])
    with pytest.raises(ValueError, match='must not be negative'):
        grid_weights(dict(a=[-1]), ['a', 'b'])
    with pytest.raises(ValueError, match='every combination leaves less than 0'):
        grid_weights(dict(a=[2]), ['a', 'b'])


def test_method():
    method = fixed_method(dict(a=0.9, b=0.1))
    assert method.name == 'fixed_a=0.9_b=0.1'
    assert method.loss_weighting['weights'] == dict(a=0.9, b=0.1)
