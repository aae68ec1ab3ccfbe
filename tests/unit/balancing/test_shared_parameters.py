"""Which parameters are balanced."""

import pytest
import torch
from torch import nn

from mmmtl.balancing.shared_parameters import Layout, match, summary, weights_of

NAMES = ['backbone.0.weight', 'backbone.0.bias', 'neck.weight', 'heads.a.weight', 'heads.b.weight',
         'unused.weight']
PARAMETERS = [nn.Parameter(torch.zeros(i + 1)) for i in range(6)]
REACH = torch.tensor([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0]]).bool()


def test_two_tasks_share():
    layout = Layout(NAMES, PARAMETERS, REACH, ['a', 'b'])
    assert layout.shared == [0, 1] and layout.size == 3 and layout.sizes == [1, 2]
    assert layout.specific(0) == [2, 3] and layout.specific(1) == [4]
    assert layout.reaches(0, 2) and not layout.reaches(1, 2)
    text = layout.describe()
    assert 'backbone.* (2)' in text and 'a alone: neck.* (1), heads.a.* (1)' in text
    assert 'reached by no task: unused.* (1)' in text


def test_patterns_and_exceptions():
    assert Layout(NAMES, PARAMETERS, REACH, ['a', 'b'], ['neck', 'heads.*']).shared == [2, 3, 4]
    assert Layout(NAMES, PARAMETERS, REACH, ['a', 'b'], never=[PARAMETERS[0]]).shared == [1]
    with pytest.raises(ValueError, match=r"shared: no trainable parameter.*'trunk'.*backbone"):
        match(NAMES, ['trunk'], 'shared')


@pytest.mark.parametrize(('chosen', 'kept', 'expected'), [
    (['conv.weight', 'conv.bias', 'bn.weight', 'bn.bias'], (), ['conv.weight']),
    (['conv.weight', 'conv.bias'], ('conv.bias', ), ['conv.weight', 'conv.bias']),
    (['bn.weight', 'bn.bias'], (), ['bn.weight']),  # nothing else is shared
    (['conv.bias', 'bn.bias'], (), ['conv.bias', 'bn.bias']),
    (['map_bias', 'conv.weight'], (), ['conv.weight']),  # a bias of any shape
    (['in_proj_weight', 'in_proj_bias'], (), ['in_proj_weight'])])
def test_weights_of_a_layer(chosen, kept, expected):
    shapes = {'conv.weight': (2, 3, 1, 1), 'map_bias': (1, 2, 1, 1), 'in_proj_weight': (4, 4)}
    parameters = [torch.zeros(shapes.get(name, (2, ))) for name in chosen]
    found = weights_of(chosen, parameters, range(len(chosen)), kept)
    assert [chosen[i] for i in found] == expected


def test_nothing_shared():
    with pytest.raises(ValueError, match=r"nothing to balance \(.*\{'a': 1, 'b': 1\}\).*frozen"):
        Layout(NAMES, PARAMETERS, torch.tensor([[0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0]]).bool(),
               ['a', 'b'])


def test_summary():
    assert summary(NAMES, range(6)) == (
        'backbone.* (2), heads.* (2), neck.* (1), unused.* (1)')
    assert summary(NAMES, [1, 4]) == 'heads.b.* (1), part of backbone.0.* (1)'
