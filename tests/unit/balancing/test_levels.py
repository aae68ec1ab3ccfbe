"""``.grad`` at each level, beside gradients taken by hand."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD
from torch.utils.checkpoint import checkpoint

from mmmtl.balancing import Handover, MultiTaskOptimWrapper
from mmmtl.registry import BALANCERS
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

TASKS = ('a', 'b', 'c')
BATCH = toy_task_batch(8, dtype=torch.float64)


def keep_gradients(model, batches=(BATCH, ), wrap=MultiTaskOptimWrapper, **options):
    """``.grad`` of each parameter at the optimizer's step."""
    optimizer = SGD(model.parameters(), lr=0.0)
    found = {}
    optimizer.register_step_pre_hook(lambda *_: found.update(
        {name: p.grad for name, p in model.named_parameters()}))
    wrapper = wrap(optimizer, accumulative_counts=len(batches), **options)
    for batch in batches:
        model.train_step(batch, wrapper)
    return found


def by_hand(batches=(BATCH, ), seed=0):
    """Each task's gradient of the mean loss over batches, by parameter."""
    found = []
    for task in TASKS:
        model = ToyTasks(seed=seed).double()
        sum(model(**batch)[f'loss_{task}'] / len(batches) for batch in batches).backward()
        found.append({name: p.grad for name, p in model.named_parameters()})
    return found


def jacobian(rows, prefix='trunk'):
    return torch.stack([torch.cat([g.flatten() for name, g in row.items()
                                   if name.startswith(prefix)]) for row in rows])


@pytest.mark.parametrize('batches', [1, 3])
@pytest.mark.parametrize('method', ['PCGrad', 'UPGrad', 'ConFIG'])
def test_parameters(method, batches):
    """With accumulation: the Gramian of the accumulated gradients, not the mean of Gramians."""
    batches = [toy_task_batch(8, seed=i, dtype=torch.float64) for i in range(batches)]
    balancer = dict(type=method)
    found = keep_gradients(ToyTasks().double(), batches, balancer=balancer)
    rows = by_hand(batches)
    expected = BALANCERS.build(balancer)(jacobian(rows))
    ours = torch.cat([g.flatten() for n, g in found.items() if n.startswith('trunk')])
    torch.testing.assert_close(ours, expected)
    for row, task in zip(rows, TASKS, strict=True):  # its own task's gradient
        name = f'heads.{task}.weight'
        torch.testing.assert_close(found[name], row[name])


def test_features():
    model = ToyTasks().double()
    found = keep_gradients(model, balancer=dict(type='UPGrad'), level='features')
    with model.handover.open('features'):
        model(**BATCH)
    handed = model.handover.take()
    (features, leaf), = handed.features
    rows = [torch.autograd.grad(handed.terms[task], leaf, retain_graph=True)[0]
            for task in TASKS]
    combined = BALANCERS.build(dict(type='UPGrad'))(torch.stack(rows).flatten(1))
    trunk = list(model.trunk.named_parameters())
    expected = torch.autograd.grad(features, [p for _, p in trunk], combined.view_as(features))
    for (name, _), gradient in zip(trunk, expected, strict=True):
        torch.testing.assert_close(found[f'trunk.{name}'], gradient)
    head = by_hand()[1]
    torch.testing.assert_close(found['heads.b.bias'], head['heads.b.bias'])


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


def test_shared_by_pattern():
    """What is not named gets the sum of all tasks' gradients."""
    found = keep_gradients(ToyTasks().double(), balancer=dict(type='MGDA'), shared='trunk.2')
    rows = by_hand()
    torch.testing.assert_close(
        torch.cat([found['trunk.2.weight'].flatten(), found['trunk.2.bias']]),
        BALANCERS.build(dict(type='MGDA'))(jacobian(rows, 'trunk.2')))
    torch.testing.assert_close(found['trunk.0.weight'], sum(r['trunk.0.weight'] for r in rows))


@pytest.mark.parametrize('level', ['parameters', 'features'])
def test_a_row_of_zeros_is_left_out(level):
    """A task whose loss is flat would make MGDA and CAGrad return zero."""
    model = ToyTasks().double()
    with torch.no_grad():
        model.heads['b'].weight.zero_()
    found = keep_gradients(model, balancer=dict(type='MGDA'), level=level)
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
        model.train_step(BATCH, wrapper)
    weights = wrapper.balancer.current().clone()
    assert (weights - 1).abs().min() > 1e-3
    with torch.no_grad():
        for task in idle:
            model.heads[task].weight.zero_()
    model.train_step(BATCH, wrapper)
    for k, task in enumerate(TASKS):
        twin = copy.deepcopy(model)
        twin.zero_grad()
        twin(**BATCH)[f'loss_{task}'].backward()
        torch.testing.assert_close(found[f'heads.{task}.weight'],
                                   weights[k] * twin.heads[task].weight.grad)


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('method', ['MGDA', 'NashMTL', 'GradDrop', 'GradNorm'])
def test_all_gradients_zero(level, method):
    model = ToyTasks().double()
    with torch.no_grad():
        for head in model.heads.values():
            head.weight.zero_()
    found = keep_gradients(model, balancer=dict(type=method), level=level)
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
    plain = keep_gradients(ToyTasks().double(), **options)
    batch = dict(BATCH, inputs=BATCH['inputs'].clone())
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
    plain = {name: sum(row[name] for row in by_hand() if row[name] is not None)
             for name in by_hand()[0]}
    model.train_step(BATCH, wrapper)
    assert found['branch.weight'] is None
    model.train_step(BATCH, wrapper)
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
    sum(plain(**BATCH).values()).backward()
    found = keep_gradients(Tied(task).double(), **(dict(balancer=dict(type='Sum')) | options))
    for name, parameter in plain.named_parameters():
        torch.testing.assert_close(found[name], parameter.grad)


@pytest.mark.parametrize('reentrant', [False, True])
def test_checkpointed_heads_at_the_features(reentrant):
    model = ToyTasks().double()
    for head in model.heads.values():
        head.forward = lambda z, inside=head.forward: checkpoint(
            inside, z, use_reentrant=reentrant)
    options = dict(balancer=dict(type='UPGrad'), level='features')
    found = keep_gradients(model, **options)
    for name, gradient in keep_gradients(ToyTasks().double(), **options).items():
        torch.testing.assert_close(found[name], gradient)


def test_named_but_reached_by_no_task():
    """Zeros would let AdamW decay it; a plain wrapper leaves it without a gradient."""
    found = keep_gradients(ToyTasks(unused=True).double(), balancer=dict(type='PCGrad'),
                           shared=['trunk', 'unused'])
    assert found['unused.weight'] is None and found['unused.bias'] is None
    assert found['trunk.0.weight'].norm() > 0


def test_no_shared_parameter():
    model = ToyTasks()
    model.trunk.requires_grad_(False)
    with pytest.raises(ValueError, match='no parameter is reached by two or more'):
        keep_gradients(model, [toy_task_batch(4)], balancer=dict(type='PCGrad'))
    with pytest.raises(ValueError, match='trunk is frozen'):
        model = ToyTasks()
        model.trunk.requires_grad_(False)
        keep_gradients(model, [toy_task_batch(4)], balancer=dict(type='MGDA'), level='features')


# torch warns of what the garbage collector shows
@pytest.mark.filterwarnings('ignore:.*reduce_op')
def test_memory_holds_one_row_a_task_and_one_gradient_more():
    """Counted in live numbers outside the graph, at the end of the last backward pass."""
    import gc
    model = ToyTasks().double()
    seen, gradients = [], []

    def count(gradient):
        gc.collect()
        gradients.append(sum(isinstance(t, torch.Tensor) and t.shape == gradient.shape
                             and not isinstance(t, nn.Parameter) for t in gc.get_objects()))
        own = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() // 8
               for t in gc.get_objects() if isinstance(t, torch.Tensor) and t.ndim == 2
               and t.shape[0] == len(TASKS) and t.shape[1] > 90}
        seen.append(sum(own.values()))

    model.trunk[0].weight.register_hook(count)
    weight = 'trunk.0.weight'
    gc.collect()
    before = sum(isinstance(t, torch.Tensor) and t.shape == model.get_parameter(weight).shape
                 and not isinstance(t, nn.Parameter) for t in gc.get_objects())
    keep_gradients(model, [toy_task_batch(9, dtype=torch.float64)], balancer=dict(type='PCGrad'))
    shared = sum(p.numel() for p in model.trunk.parameters())
    assert len(seen) == len(TASKS) and set(seen) == {len(TASKS) * shared}
    # one gradient beside the rows: of the task that is differentiated
    assert {number - before for number in gradients} == {1}


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
