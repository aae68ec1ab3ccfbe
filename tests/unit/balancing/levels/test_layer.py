"""GradNorm's layer in the wrapper: which it is, and first losses where it has no gradient yet."""

import pytest
import torch
from torch import nn
from torch.optim import SGD

from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.registry import BALANCERS
from mmmtl.testing.toy_gradients import TASKS, by_hand, jacobian
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

BATCHES = [toy_task_batch(8, seed=i) for i in range(4)]


def without(batch, task):
    """A batch in which a task has no labels."""
    nothing = torch.full_like(batch['targets'][task], torch.nan)
    return dict(batch, targets={**batch['targets'], task: nothing})


class BehindZero(ToyTasks):
    """The last shared layer lies before a weight of 0, as in mmseg's ResNets without weights."""

    def __init__(self, **options):
        super().__init__(**options)
        norm = nn.LayerNorm(5)
        nn.init.zeros_(norm.weight)
        nn.init.constant_(norm.bias, 0.1)
        self.trunk = nn.Sequential(*self.trunk, norm)


def first_losses(batches, counts=1, missing=(), skip=0, **options):
    """L(0) after some steps; ``missing``: (step, task) without labels."""
    model = BehindZero()
    wrapper = MultiTaskOptimWrapper(
        SGD(model.parameters(), lr=0.1), balancer=dict(type='GradNorm'),
        accumulative_counts=counts, **options)
    seen = {}
    for i, batch in enumerate(batches):
        for step, task in missing:
            batch = without(batch, task) if step == i else batch
        with torch.no_grad():
            for task in 'abc':
                if (i, task) not in missing and i < counts + skip:
                    seen.setdefault(task, []).append(model(**batch)[f'loss_{task}'].item())
        model.train_step(batch, wrapper)
        if i + 1 == counts:  # the layer has no gradient yet
            assert wrapper.balancer.current().tolist() == [1, 1, 1]
    return wrapper, seen


def test_the_first_loss_counts_where_the_layer_has_no_gradient_yet():
    wrapper, seen = first_losses(BATCHES[:3])
    assert wrapper._gradients.names[wrapper._gradients._layer[0]] == 'trunk.2.weight'
    assert wrapper.balancer.state_dict()['initial'].tolist() == pytest.approx(
        [seen[task][0] for task in 'abc'])
    assert wrapper.balancer.current().tolist() != [1, 1, 1]  # the later steps moved them


def test_first_losses_with_a_task_that_the_first_step_lacks():
    wrapper, seen = first_losses(BATCHES[:3], missing=[(0, 'b')], skip=1)
    assert wrapper.balancer.state_dict()['initial'].tolist() == pytest.approx(
        [seen[task][0] for task in 'abc'])


def test_first_losses_of_an_accumulated_update_are_means():
    wrapper, seen = first_losses(BATCHES[:2] * 2, counts=2, missing=[(1, 'c')])
    assert wrapper.balancer.state_dict()['initial'].tolist() == pytest.approx(
        [sum(seen[task]) / len(seen[task]) for task in 'abc'])


def test_first_losses_outlive_a_resume():
    wrapper, seen = first_losses(BATCHES[:1])
    model = BehindZero()
    other = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1), balancer=dict(type='GradNorm'))
    other.load_state_dict(wrapper.state_dict())
    for batch in BATCHES[1:]:
        model.train_step(batch, other)
    assert other.balancer.state_dict()['initial'].tolist() == pytest.approx(
        [seen[task][0] for task in 'abc'])


def layer_of(model, **options):
    wrapper = MultiTaskOptimWrapper(
        SGD(model.parameters(), lr=0.1), balancer=dict(type='GradNorm', **options))
    model.train_step(BATCHES[0], wrapper)
    level = wrapper._gradients
    return [level.names[i] for i in level._layer]


@pytest.mark.parametrize(('layer', 'expected'), [
    (None, ['trunk.2.weight']),
    ('trunk.2', ['trunk.2.weight']),
    ('trunk.2.*', ['trunk.2.weight']),
    ('trunk', ['trunk.0.weight', 'trunk.2.weight']),
    ('trunk.3', ['trunk.3.weight']),  # a normalisation, named as the layer
    ('trunk.2.bias', ['trunk.2.bias']),
    (['trunk.0', 'trunk.0.bias'], ['trunk.0.weight', 'trunk.0.bias'])])
def test_the_layer_is_its_weights(layer, expected):
    assert layer_of(BehindZero(), layer=layer) == expected


def test_the_norms_are_those_of_the_weights():
    """GradNorm's first move has the sign of ``‖∇_W L_i‖`` minus their mean, biases apart."""
    model = ToyTasks()
    with torch.no_grad():  # equal but for the bias, whose gradient is the sum of the errors
        for task in 'abc':
            model.heads[task].load_state_dict(model.heads['a'].state_dict())
    losses = model(**BATCHES[0])
    norms = torch.stack([torch.autograd.grad(
        losses[f'loss_{task}'], model.trunk[2].weight, retain_graph=True)[0].norm()
        for task in 'abc'])
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.0),
                                    balancer=dict(type='GradNorm', alpha=0.0))
    model.train_step(BATCHES[0], wrapper)
    moments = wrapper.balancer.state_dict()['mean']
    torch.testing.assert_close(
        moments.float(), 0.1 * torch.sign(norms - norms.mean()) * norms, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(('layer', 'found'), [('heads.a', r"\['a'\]"), ('unused', 'no task')])
def test_a_layer_that_is_not_shared_is_refused(layer, found):
    with pytest.raises(ValueError, match=rf'GradNorm: layer=.*losses of {found} reach; name one'):
        layer_of(ToyTasks(unused=True), layer=layer)


@pytest.mark.parametrize('batches', [1, 2])
def test_gradnorm_takes_the_last_shared_layer_and_weighs_heads_too(batches):
    batches = [toy_task_batch(8, seed=i, dtype=torch.float64) for i in range(batches)]
    model = ToyTasks().double()
    optimizer = SGD(model.parameters(), lr=0.0)
    wrapper = MultiTaskOptimWrapper(optimizer, balancer=dict(type='GradNorm'),
                                    accumulative_counts=len(batches))
    found = {}
    optimizer.register_step_pre_hook(lambda *_: found.update(
        {name: p.grad for name, p in model.named_parameters()}))
    reference = BALANCERS.build(dict(type='GradNorm'))
    for _ in range(3):
        for batch in batches:
            model.train_step(batch, wrapper)
        rows = by_hand(batches)
        losses = torch.stack([sum(ToyTasks().double()(**batch)[f'loss_{task}'].detach()
                                  for batch in batches) / len(batches) for task in TASKS])
        layer = jacobian(rows, 'trunk.2.weight')  # W of the paper: no bias
        reference.num_tasks = 3
        weights = reference.current().clone()
        reference(layer, losses=losses)
        torch.testing.assert_close(
            torch.cat([g.flatten() for n, g in found.items() if n.startswith('trunk')]),
            weights @ jacobian(rows))
        torch.testing.assert_close(found['heads.c.weight'],
                                   weights[2] * rows[2]['heads.c.weight'])
    assert [wrapper._gradients.names[i] for i in wrapper._gradients._layer] == ['trunk.2.weight']
    torch.testing.assert_close(wrapper.balancer.current(), reference.current())
