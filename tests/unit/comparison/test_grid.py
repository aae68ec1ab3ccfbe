"""Fixed weights."""

import math

import pytest

from mmmtl.comparison.grid import fixed_method, grid_weights, kendall_weights


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
    with pytest.raises(ValueError, match='must be finite and must not be negative'):
        grid_weights(dict(a=[-1]), ['a', 'b'])
    for wrong in ([math.nan], [0.5, math.nan, -1], [math.inf], [0.5, -1e-9]):
        with pytest.raises(ValueError, match='must be finite and must not be negative'):
            grid_weights(dict(a=wrong, b=[1]), ['a', 'b'])
    with pytest.raises(ValueError, match='every combination leaves less than 0'):
        grid_weights(dict(a=[2]), ['a', 'b'])


def test_method():
    method = fixed_method(dict(a=0.9, b=0.1))
    assert method.name == 'fixed_a=0.9_b=0.1'
    assert method.loss_weighting['weights'] == dict(a=0.9, b=0.1)


def test_kendall_figure_2():
    found = kendall_weights(dict(depth='regression', semantic='classification'))
    assert len(found) == 9 and list(found[0]) == ['depth', 'semantic']
    assert found[0] == dict(semantic=0.975, depth=0.025)
    assert found[-1] == dict(semantic=0.1, depth=0.9)
    found = kendall_weights(dict(depth='regression', instance='regression'))
    assert len(found) == 8
    assert found[0] == dict(instance=0.75, depth=0.25)
    assert found[-1] == dict(instance=0.025, depth=0.975)
    assert kendall_weights(dict(a='regression', b='regression'))[0] == dict(a=0.75, b=0.25)


def test_kendall_table_1():
    kinds = dict(depth='regression', instance='regression', semantic='classification')
    assert kendall_weights(kinds) == [
        dict(depth=0.333, instance=0.333, semantic=0.333),
        dict(depth=0.1, instance=0.01, semantic=0.89)]
    assert kendall_weights(dict.fromkeys('abc', 'regression'))[1] == dict(a=0.89, b=0.01, c=0.1)
    with pytest.raises(ValueError, match=r"two tasks .* three .*config has 4, .*--grid TASK=W"):
        kendall_weights(dict.fromkeys('abcd', 'regression'))
