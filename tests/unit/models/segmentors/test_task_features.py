"""Features that tasks share, or have a set of each."""

import torch
from torch import nn

from mmmtl.models.segmentors.lazy_features import LazyFeatures
from mmmtl.models.segmentors.task_features import of_task, through_neck

X = torch.ones(1, 2)


def test_of_task():
    assert of_task([X], 'a') == [X] and of_task(dict(a=X), 'a') is X


def test_a_plain_neck_sees_the_features_of_each_task():
    neck = nn.Linear(2, 2)
    assert torch.equal(through_neck(neck, X), neck(X))
    found = through_neck(neck, dict(a=X, b=2 * X))
    assert torch.equal(found['a'], neck(X)) and torch.equal(found['b'], neck(2 * X))


def test_of_lazy_features_only_what_is_asked_for():
    seen = []
    lazy = LazyFeatures(['a', 'b'], lambda task: seen.append(task) or X, lambda task: [], [])
    found = through_neck(nn.Linear(2, 2), lazy)
    assert not seen and found['b'].shape == X.shape and seen == ['b']


def test_a_neck_that_knows_tasks_gets_the_dict():
    neck = nn.Identity()
    neck.features_per_task = True
    features = dict(a=X)
    assert through_neck(neck, features) is features
