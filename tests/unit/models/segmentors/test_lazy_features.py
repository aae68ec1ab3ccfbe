"""Features that are computed when they are asked for."""

import pytest
import torch
from torch import nn

from mmmtl.models.segmentors.lazy_features import LazyFeatures


def make():
    trunk, own = nn.Linear(2, 2), {task: nn.Linear(2, 2) for task in 'abc'}
    computed = []

    def compute(task):
        computed.append(task)
        return own[task](trunk(torch.ones(1, 2)))

    features = LazyFeatures('abc', compute, lambda task: own[task].parameters(),
                            trunk.parameters())
    return features, trunk, own, computed


def test_computes_once_and_only_what_is_looked_up():
    features, _, _, computed = make()
    assert isinstance(features, dict) and len(features) == 3 and 'c' in features
    assert list(features) == ['a', 'b', 'c'] and computed == []
    assert features['b'] is features['b'] and features.get('z') is None
    assert computed == ['b']
    assert [key for key, _ in features.items()] == ['a', 'b', 'c'] and computed == ['b', 'a', 'c']
    with pytest.raises(KeyError, match="no features of task 'z'.*'a', 'b', 'c'"):
        features['z']


def test_zero_reaches_trunk_own_and_more_without_computing():
    features, trunk, own, computed = make()
    head = nn.Linear(2, 1)
    (features.zero('a', head.parameters()) + features.zero('b')).backward()
    for module in (trunk, own['a'], own['b'], head):
        assert all(p.grad is not None and not p.grad.any() for p in module.parameters())
    assert all(p.grad is None for p in own['c'].parameters()) and computed == []


def test_map_is_lazy_too():
    features, trunk, _, computed = make()
    neck = nn.Linear(2, 3)
    mapped = features.map(neck, neck.parameters())
    assert computed == []
    assert mapped['c'].shape == (1, 3) and computed == ['c']
    mapped.zero('a').backward()
    assert neck.weight.grad is not None and trunk.weight.grad is not None
