"""Statistics over all ranks inside the shared trunk, as SyncBN has them.

torch's SyncBatchNorm is for GPUs. Its collectives, one in the forward pass and one in every
backward pass through it, are here made of ``torch.distributed.nn``: a balancer takes a backward
pass per task, so ranks must take them alike, also where one of them lacks a task's labels.
"""

import json
import textwrap

import torch

from mmmtl.testing.ranks import run_ranks

SCRIPT = textwrap.dedent('''
    import json, sys
    import torch
    import torch.distributed as dist
    import torch.distributed.nn
    from mmengine.model import MMDistributedDataParallel
    from mmmtl.balancing import MultiTaskOptimWrapper
    from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch
    from mmmtl.testing.ranks import join

    world, cases = json.loads(sys.argv[1])
    rank = 0
    if world > 1:
        join()
        rank = dist.get_rank()

    class SyncNorm(torch.nn.Module):
        def forward(self, x):
            sums = torch.cat([x.sum(0), x.square().sum(0), x.new_tensor([len(x)])])
            if world > 1:
                sums = dist.nn.functional.all_reduce(sums)
            mean, square = (sums[:-1] / sums[-1]).chunk(2)
            return (x - mean) / (square - mean.square() + 1e-3).sqrt()

    results = {}
    for name, options in cases.items():
        model = ToyTasks()
        model.trunk.insert(1, SyncNorm())
        model = run = model.double()
        if world > 1:
            run = MMDistributedDataParallel(model, broadcast_buffers=False)
        wrapper = MultiTaskOptimWrapper(torch.optim.SGD(model.parameters(), lr=0.05), **options)
        for step in range(4):
            batch = toy_task_batch(8, seed=step, dtype=torch.float64)
            if step % 2:
                batch['targets']['b'][4:] = float('nan')
            mine = slice(rank * 8 // world, (rank + 1) * 8 // world)
            run.train_step(dict(inputs=batch['inputs'][mine], targets={
                task: t[mine] for task, t in batch['targets'].items()}), wrapper)
        results[name] = torch.cat([p.detach().flatten() for p in model.parameters()])
    torch.save(results, f'{world}_{rank}.pth')
    if world > 1:
        dist.barrier()
        dist.destroy_process_group()
''')
CASES = {
    'Sum': dict(balancer=dict(type='Sum')), 'PCGrad': dict(balancer=dict(type='PCGrad')),
    'UPGrad': dict(balancer=dict(type='UPGrad')), 'GradNorm': dict(balancer=dict(type='GradNorm')),
    'MGDA-UB': dict(balancer=dict(type='MGDA'), level='features')}


def test_statistics_over_ranks(tmp_path):
    for world in (1, 2):
        run_ranks(SCRIPT, world, tmp_path, json.dumps([world, CASES]), timeout=120)
    alone, first, second = (
        torch.load(tmp_path / f'{name}.pth') for name in ('1_0', '2_0', '2_1'))
    for name in CASES:
        assert torch.equal(first[name], second[name]), name
        assert (first[name] - alone[name]).abs().max() < 1e-6, name
