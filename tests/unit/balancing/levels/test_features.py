"""Gradients at shared features, beside those taken by hand."""


import pytest
import torch
from torch.utils.checkpoint import checkpoint

from mmmtl.registry import BALANCERS
from mmmtl.testing.toy_gradients import TASKS, by_hand, keep_gradients
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

BATCHES = (toy_task_batch(8, dtype=torch.float64), )


def test_features():
    model = ToyTasks().double()
    found = keep_gradients(model, BATCHES, balancer=dict(type='UPGrad'), level='features')
    with model.handover.open('features'):
        model(**BATCHES[0])
    handed = model.handover.take()
    (features, leaf), = handed.features
    rows = [torch.autograd.grad(handed.terms[task], leaf, retain_graph=True)[0]
            for task in TASKS]
    combined = BALANCERS.build(dict(type='UPGrad'))(torch.stack(rows).flatten(1))
    trunk = list(model.trunk.named_parameters())
    expected = torch.autograd.grad(features, [p for _, p in trunk], combined.view_as(features))
    for (name, _), gradient in zip(trunk, expected, strict=True):
        torch.testing.assert_close(found[f'trunk.{name}'], gradient)
    head = by_hand(BATCHES)[1]
    torch.testing.assert_close(found['heads.b.bias'], head['heads.b.bias'])


@pytest.mark.parametrize('reentrant', [False, True])
def test_checkpointed_heads_at_the_features(reentrant):
    model = ToyTasks().double()
    for head in model.heads.values():
        head.forward = lambda z, inside=head.forward: checkpoint(
            inside, z, use_reentrant=reentrant)
    options = dict(balancer=dict(type='UPGrad'), level='features')
    found = keep_gradients(model, BATCHES, **options)
    for name, gradient in keep_gradients(ToyTasks().double(), BATCHES, **options).items():
        torch.testing.assert_close(found[name], gradient)
