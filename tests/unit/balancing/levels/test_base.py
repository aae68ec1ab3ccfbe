"""What holds at every level: ``.grad`` beside gradients taken by hand."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD
from torch.utils.checkpoint import checkpoint

from mmmtl.balancing import Handover, MultiTaskOptimWrapper
from mmmtl.testing.toy_gradients import TASKS, by_hand, keep_gradients
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

BATCHES = (toy_task_batch(8, dtype=torch.float64), )


@pytest.mark.parametrize('level', ['parameters', 'features'])
def test_a_row_of_zeros_is_left_out(level):
    """A task whose loss is flat would make MGDA and CAGrad return zero."""
    model = ToyTasks().double()
    with torch.no_grad():
        model.heads['b'].weight.zero_()
    found = keep_gradients(model, BATCHES, balancer=dict(type='MGDA'), level=level)
    assert found['trunk.0.weight'].norm() > 0 and found['heads.b.weight'].norm() > 0


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('idle', ['b', 'abc'])
def test_gradnorm_weighs_the_head_of_a_task_without_shared_gradient(level, idle):
    """A head of zeros has a gradient, though the features get none from it."""
    model = ToyTasks().double()
    found = {}
    optimizer = SGD(model.parameters(), lr=0.0)
    optimizer.register_step_pre_hook(lambda *_: found.update(
        {name: p.grad for name, p in model.named_parameters()}))
    wrapper = MultiTaskOptimWrapper(optimizer, balancer=dict(type='GradNorm'), level=level)
    for _ in range(3):
        model.train_step(BATCHES[0], wrapper)
    weights = wrapper.balancer.current().clone()
    assert (weights - 1).abs().min() > 1e-3
    with torch.no_grad():
        for task in idle:
            model.heads[task].weight.zero_()
    model.train_step(BATCHES[0], wrapper)
    for k, task in enumerate(TASKS):
        twin = copy.deepcopy(model)
        twin.zero_grad()
        twin(**BATCHES[0])[f'loss_{task}'].backward()
        torch.testing.assert_close(found[f'heads.{task}.weight'],
                                   weights[k] * twin.heads[task].weight.grad)


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('method', ['MGDA', 'NashMTL', 'GradDrop', 'GradNorm'])
def test_all_gradients_zero(level, method):
    model = ToyTasks().double()
    with torch.no_grad():
        for head in model.heads.values():
            head.weight.zero_()
    found = keep_gradients(model, BATCHES, balancer=dict(type=method), level=level)
    assert found['trunk.0.weight'].tolist() == torch.zeros(8, 6).tolist()


class Checkpointed(ToyTasks):
    """With the trunk in activation checkpoints."""

    def __init__(self, reentrant, **options):
        super().__init__(**options)
        self.inner, self.reentrant = self.trunk, reentrant
        self.trunk = lambda x: checkpoint(
            self.inner, x.requires_grad_(), use_reentrant=self.reentrant)

    def __setattr__(self, name, value):
        if name == 'trunk' and not isinstance(value, nn.Module):
            self._modules.pop('trunk')
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)


@pytest.mark.parametrize('reentrant', [False, True])
@pytest.mark.parametrize('options', [
    dict(balancer=dict(type='PCGrad')), dict(balancer=dict(type='MGDA'), level='features'),
    dict(balancer=dict(type='GradNorm'))], ids=['parameters', 'features', 'layer'])
def test_activation_checkpoints(reentrant, options):
    """mmseg's ``with_cp`` is the reentrant kind, with which ``torch.autograd.grad`` fails."""
    plain = keep_gradients(ToyTasks().double(), BATCHES, **options)
    batch = dict(BATCHES[0], inputs=BATCHES[0]['inputs'].clone())
    found = keep_gradients(Checkpointed(reentrant).double(), [batch], **options)
    for name, gradient in plain.items():
        torch.testing.assert_close(found[name.replace('trunk', 'inner')], gradient)


class Branching(ToyTasks):
    """Tasks a and b take another way too, from the second step on."""

    def __init__(self):
        super().__init__()
        self.branch = nn.Linear(6, 5)
        self.steps = 0

    def forward(self, inputs, targets, mode='loss'):
        losses = super().forward(inputs, targets, mode)
        self.steps += 1
        if self.steps > 1:
            extra = self.branch(inputs).sum()
            losses = {key: term + (extra if key[-1] in 'ab' else 0.0)
                      for key, term in losses.items()}
            self.handover.put({key[-1]: term for key, term in losses.items()})
        return losses


@pytest.mark.parametrize('level', ['parameters', 'features'])
def test_a_branch_that_is_first_taken_later(level):
    model = Branching().double()
    optimizer = SGD(model.parameters(), lr=0.0)
    wrapper = MultiTaskOptimWrapper(optimizer, balancer=dict(type='Sum'), level=level)
    found = {}
    optimizer.register_step_pre_hook(lambda *_: found.update(
        {name: p.grad for name, p in model.named_parameters()}))
    plain = {name: sum(row[name] for row in by_hand(BATCHES) if row[name] is not None)
             for name in by_hand(BATCHES)[0]}
    model.train_step(BATCHES[0], wrapper)
    assert found['branch.weight'] is None
    model.train_step(BATCHES[0], wrapper)
    torch.testing.assert_close(found['branch.bias'], torch.full((5, ), 16.0).double())
    torch.testing.assert_close(found['trunk.0.weight'], plain['trunk.0.weight'])
    torch.testing.assert_close(found['heads.a.weight'], plain['heads.a.weight'])


class Tied(ToyTasks):
    """One task's head uses a layer of the trunk once more."""

    def __init__(self, task):
        super().__init__()
        head, layer = self.heads[task], self.trunk[2]

        class Head(nn.Module):
            def __init__(self):
                super().__init__()
                self.last, self.tied = head, layer

            def forward(self, features):
                return self.last(self.tied(torch.cat([features, features[:, :3]], 1)).tanh())

        self.heads[task] = Head()


@pytest.mark.parametrize('task', TASKS)  # the last one's graph is freed first
@pytest.mark.parametrize('options', [
    dict(level='parameters'), dict(level='features'),
    dict(level='features', balancer=dict(type='GradNorm'))], ids=['sum', 'features', 'GradNorm'])
def test_a_layer_that_trunk_and_head_use(options, task):
    """First weights of GradNorm are ones, so that it is the sum too."""
    plain = Tied(task).double()
    sum(plain(**BATCHES[0]).values()).backward()
    found = keep_gradients(Tied(task).double(), BATCHES,
                           **(dict(balancer=dict(type='Sum')) | options))
    for name, parameter in plain.named_parameters():
        torch.testing.assert_close(found[name], parameter.grad)


def test_a_model_of_ones_own():
    class Model(nn.Module):
        tasks = ('up', 'down')

        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 1)
            self.handover = Handover()

    model = Model()
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1), balancer=dict(type='PCGrad'))
    with wrapper.optim_context(model):
        output = model.layer(torch.ones(2, 3)).mean()
        terms = dict(up=(output - 1)**2, down=(output + 1)**2)
        model.handover.put(terms)
    wrapper.update_params(sum(terms.values()))
    del model.handover
    with pytest.raises(ValueError, match='Model gives only their sum.*Handover'):
        MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1),
                              balancer=dict(type='Sum')).bind(model)
    with pytest.raises(ValueError, match='neither heads nor tasks'):
        MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1),
                              balancer=dict(type='Sum')).bind(nn.Linear(1, 1))
