"""Several processes: the same update as one process with the whole batch, and equal replicas.

A collective that waits for a rank longer than half a minute is an error, and the processes have a
minute from when they have met (the slow tests more), so nothing hangs.
"""

import json
import textwrap

import pytest
import torch

from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.testing.ranks import run_ranks
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

KENDALL = dict(type='UncertaintyWeighting')
CASES = {
    'Sum': dict(balancer=dict(type='Sum')),
    'Kendall': dict(balancer=dict(type='Sum'), weighting=KENDALL),
    'DWA': dict(balancer=dict(type='Sum'),
                weighting=dict(type='DynamicWeightAverage', interval=1)),
    'STCH': dict(balancer=dict(type='Sum'),
                 weighting=dict(type='ScalarizerWeighting',
                                scalarizer=dict(type='STCH', mu=1.0))),
    'PCGrad': dict(balancer=dict(type='PCGrad')),
    'PCGrad+Kendall': dict(balancer=dict(type='PCGrad'), weighting=KENDALL),
    'UPGrad': dict(balancer=dict(type='UPGrad')),
    'GradNorm': dict(balancer=dict(type='GradNorm')),
    'CAGrad': dict(balancer=dict(type='CAGrad')),
    'GradDrop': dict(balancer=dict(type='GradDrop')),
    'GradVac': dict(balancer=dict(type='GradVac')),
    'MGDA-UB': dict(balancer=dict(type='MGDA'), level='features'),
    'accumulation': dict(balancer=dict(type='UPGrad'), accumulative_counts=2),
    'GradNorm+accumulation': dict(balancer=dict(type='GradNorm'), accumulative_counts=2),
}
TRAIN = textwrap.dedent('''
    import json, sys
    import torch
    import torch.distributed as dist
    from mmengine.model import MMDistributedDataParallel
    from mmengine.optim import OptimWrapper
    from mmmtl.balancing import MultiTaskOptimWrapper
    from mmmtl.testing.ranks import join
    from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

    join()
    rank, world = dist.get_rank(), dist.get_world_size()
    cases, steps, frames = json.loads(sys.argv[1])
    results = {}
    runs = [(name, missing) for missing in (False, True) for name in cases]
    for number, (name, missing) in enumerate(runs):
        options = dict(cases[name])
        torch.manual_seed(rank)  # what a rank draws for itself must not matter
        model = ToyTasks(weighting=options.pop('weighting', None),
                         unused=number % 2 == 0).double()
        model = MMDistributedDataParallel(
            model, find_unused_parameters=number % 2 == 0, broadcast_buffers=number % 3 == 0,
            static_graph=number % 4 == 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        wrapper = MultiTaskOptimWrapper(optimizer, **options)
        for step in range(steps):
            batch = toy_task_batch(frames, seed=step, dtype=torch.float64)
            mine = slice(rank * frames // world, (rank + 1) * frames // world)
            targets = {task: t[mine].clone() for task, t in batch['targets'].items()}
            if missing and step % 2:
                targets['b'][:] = float('nan') if rank == 1 else targets['b']
            if missing and step % 3 == 2:
                targets['c'][:] = float('nan')
            model.train_step(dict(inputs=batch['inputs'][mine], targets=targets), wrapper)
        results[f'{name}, missing={missing}'] = [
            p.detach().flatten().tolist() for p in model.module.parameters()]
    with open(f'rank{rank}.json', 'w') as file:
        json.dump(results, file)
    dist.destroy_process_group()
''')
FRAMES, STEPS = 8, 6


def train_alone(steps, missing, world, weighting=None, **options):
    """One process with the whole batch; a task missing on rank 1 is missing for its frames."""
    torch.manual_seed(0)  # as rank 0
    model = ToyTasks(weighting=weighting).double()
    wrapper = MultiTaskOptimWrapper(torch.optim.SGD(model.parameters(), lr=0.05), **options)
    for step in range(steps):
        batch = toy_task_batch(FRAMES, seed=step, dtype=torch.float64)
        if missing and step % 2:
            batch['targets']['b'][FRAMES // world:2 * FRAMES // world] = torch.nan
        if missing and step % 3 == 2:
            batch['targets']['c'][:] = torch.nan
        model.train_step(batch, wrapper)
    return dict(model.named_parameters())


def run(folder, world, steps, timeout=60):
    run_ranks(TRAIN, world, folder, json.dumps([CASES, steps, FRAMES]), timeout=timeout)
    return [json.loads((folder / f'rank{rank}.json').read_text()) for rank in range(world)]


def difference(ours, reference):
    return max((torch.tensor(a, dtype=torch.float64) - b.flatten()).abs().max().item()
               for a, b in zip(ours, reference, strict=True))


@pytest.mark.parametrize('world', [2, pytest.param(4, marks=pytest.mark.slow)])
def test_equal_to_one_process_with_the_whole_batch(tmp_path, world):
    first, *others = run(tmp_path, world, STEPS, timeout=60 if world == 2 else 180)
    assert all(other == first for other in others), 'replicas differ'
    for name, options in CASES.items():
        for missing in (False, True):
            alone = train_alone(STEPS, missing, world, **options)
            ours = first[f'{name}, missing={missing}']
            if len(ours) > len(alone):  # this run had a layer that no loss reaches
                names = [n for n, _ in ToyTasks(weighting=options.get('weighting'),
                                                unused=True).named_parameters()]
                ours = [values for n, values in zip(names, ours, strict=True)
                        if not n.startswith('unused')]
            reference = [p.detach() for p in alone.values()]
            assert difference(ours, reference) < 1e-6, (name, missing)


BROKEN = textwrap.dedent('''
    import datetime
    import torch
    import torch.distributed as dist
    from mmengine.model import MMDistributedDataParallel
    from mmmtl.balancing import MultiTaskOptimWrapper
    from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

    dist.init_process_group('gloo', timeout=datetime.timedelta(seconds=30))
    rank = dist.get_rank()
    for unused in (False, True):
        now = -1
        model = ToyTasks()
        for step, parameter in ((1, model.heads['b'].weight), (2, model.trunk[0].weight)):
            parameter.register_hook(
                lambda g, step=step: g * torch.inf if rank == 1 and now == step else g)
        ddp = MMDistributedDataParallel(model, find_unused_parameters=unused)
        wrapper = MultiTaskOptimWrapper(
            torch.optim.SGD(model.parameters(), lr=0.05), balancer=dict(type='GradNorm'),
            level='features', non_finite='skip')
        for now in range(5):
            batch = toy_task_batch(4, seed=10 * now + rank)
            if now == 3:  # labels on no rank
                batch['targets'] = {k: t * torch.nan for k, t in batch['targets'].items()}
            ddp.train_step(batch, wrapper)
        assert wrapper.num_skipped == 2
        flat = torch.cat([p.detach().flatten() for p in model.parameters()])
        both = [torch.empty_like(flat) for _ in range(2)]
        dist.all_gather(both, flat)
        assert torch.equal(*both) and flat.isfinite().all()
        assert wrapper.balancer.state_dict()['steps'].tolist() == [2, 2, 2]
    dist.destroy_process_group()
''')


def test_features_not_finite_on_one_rank(tmp_path):
    """A head's gradient, then the trunk's: all ranks leave out the same updates."""
    run_ranks(BROKEN, 2, tmp_path, timeout=120)


@pytest.mark.slow
def test_replicas_stay_equal_over_fifty_steps(tmp_path):
    first, second = run(tmp_path, 2, 50, timeout=300)  # its own work takes minutes
    assert first == second
