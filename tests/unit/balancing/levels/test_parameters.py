"""Gradients of shared parameters, beside those taken by hand."""


import pytest
import torch
from torch import nn

from mmmtl.registry import BALANCERS
from mmmtl.testing.toy_gradients import TASKS, by_hand, jacobian, keep_gradients
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

BATCHES = (toy_task_batch(8, dtype=torch.float64), )


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


def test_shared_by_pattern():
    """What is not named gets the sum of all tasks' gradients."""
    found = keep_gradients(ToyTasks().double(), BATCHES, balancer=dict(type='MGDA'),
                           shared='trunk.2')
    rows = by_hand(BATCHES)
    torch.testing.assert_close(
        torch.cat([found['trunk.2.weight'].flatten(), found['trunk.2.bias']]),
        BALANCERS.build(dict(type='MGDA'))(jacobian(rows, 'trunk.2')))
    torch.testing.assert_close(found['trunk.0.weight'], sum(r['trunk.0.weight'] for r in rows))


def test_named_but_reached_by_no_task():
    """Zeros would let AdamW decay it; a plain wrapper leaves it without a gradient."""
    found = keep_gradients(ToyTasks(unused=True).double(), BATCHES, balancer=dict(type='PCGrad'),
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
