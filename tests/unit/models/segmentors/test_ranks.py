"""Two processes: replicas stay equal, labels missing on one rank or on all stop nothing."""

import pytest
import torch

from mmmtl.testing.ranks import run_ranks

pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available(), reason='torch without distributed')

TRAIN = '''
import sys
import torch
from mmengine.dist import get_rank
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmmtl.registry import MODELS
from mmmtl.testing.ranks import join
from mmmtl.testing.samples import TARGET_FIELDS, toy_model_cfg, toy_sample

init_default_scope('mmseg')
join()
rank = get_rank()
torch.manual_seed(rank)  # DDP takes the replica of rank 0
model = MODELS.build(toy_model_cfg(loss_weighting=dict(type='UncertaintyWeighting')))
ddp = MMDistributedDataParallel(model, find_unused_parameters=sys.argv[1] == 'find')
wrapper = build_optim_wrapper(ddp, dict(
    type='OptimWrapper', constructor='mmmtl.MultiTaskOptimWrapperConstructor',
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.1)))
for step in range(20):
    tasks = [t for t in ('semantic', 'instance', 'depth')
             if not (t == 'depth' and rank == 1)        # rank 1 never has depth
             and not (t == 'instance' and step % 3 == 0)  # nobody has instances
             and not (t == 'semantic' and rank == 0 and step % 2)]
    samples = [toy_sample(tasks=tasks, seed=step * 2 + rank)] * 2
    if sys.argv[2] == 'void':  # what is missing is there, and holds nothing
        samples = [toy_sample(seed=step * 2 + rank)] * 2
        for task in {'semantic', 'instance', 'depth'} - set(tasks):
            samples[0].get(TARGET_FIELDS[task]).data.fill_(255 if task == 'semantic' else torch.nan)
    data = dict(inputs=torch.randn(2, 3, 32, 64), data_samples=samples)
    with wrapper.optim_context(ddp):
        losses = ddp(**data, mode='loss')
    wrapper.update_params(model.parse_losses(losses)[0])
torch.save({n: p.detach() for n, p in model.named_parameters()}, f'rank_{rank}.pth')
'''


@pytest.mark.parametrize('unused, missing', [
    ('find', 'absent'), ('all-used', 'absent'), ('all-used', 'void')])
def test_replicas_are_equal_after_20_steps_with_partial_labels(tmp_path, unused, missing):
    run_ranks(TRAIN, 2, tmp_path, unused, missing)
    first, second = (torch.load(tmp_path / f'rank_{rank}.pth') for rank in (0, 1))
    assert set(first) == set(second) and len(first) > 50
    assert all(torch.equal(first[name], second[name]) for name in first)
    log_vars = {n: p.item() for n, p in first.items() if 'log_vars' in n}
    assert len(log_vars) == 3 and all(value != 0 for value in log_vars.values())


GRADIENTS = '''
import sys, torch
from mmengine.dist import get_rank
from mmengine.model import MMDistributedDataParallel
from mmengine.registry import init_default_scope
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample
from mmmtl.testing.ranks import join

init_default_scope('mmseg')
world = int(sys.argv[1])
if world > 1:
    join()
rank = get_rank()
torch.manual_seed(0)
model = MODELS.build(toy_model_cfg(loss_weighting=dict(type='UncertaintyWeighting'))).eval()
images = torch.randn(4, 3, 32, 64)
missing = sys.argv[2]
frames = [['semantic', 'depth'], ['semantic', 'depth'], ['semantic'], ['semantic']]
if missing == 'void':
    frames = [['semantic', 'depth']] * 4
mine = range(4) if world == 1 else range(2 * rank, 2 * rank + 2)
samples = [toy_sample(tasks=frames[i], seed=0) for i in mine]
for i, sample in zip(mine, samples):
    if missing == 'void' and i > 1:
        sample.gt_inverse_depth_map.data.fill_(torch.nan)
        sample.gt_sem_seg.data.fill_(255)
run = model if world == 1 else MMDistributedDataParallel(model)
losses = run(inputs=images[list(mine)], data_samples=samples, mode='loss')
model.parse_losses(losses)[0].backward()
torch.save({n: p.grad for n, p in model.named_parameters()}, f'{world}_{rank}.pth')
'''


@pytest.mark.parametrize('missing', ['absent', 'void'])
def test_labels_on_one_rank_give_the_gradients_of_one_process(tmp_path, missing):
    """Depth is labelled on rank 0 only: neither its loss nor its log-variance is halved.

    Nor where rank 1 has maps in which nothing is measured and no class is known.
    """
    run_ranks(GRADIENTS, 1, tmp_path, '1', missing)
    run_ranks(GRADIENTS, 2, tmp_path, '2', missing)
    alone, first, second = (
        torch.load(tmp_path / name) for name in ('1_0.pth', '2_0.pth', '2_1.pth'))
    assert alone['loss_weighting.log_vars.depth'].abs() > 0.1
    assert alone['loss_weighting.log_vars.instance'] == 0
    for name, gradient in alone.items():
        assert torch.equal(first[name], second[name]), name
        assert torch.allclose(first[name], gradient, rtol=1e-4, atol=1e-6), name


DOMAINS = '''
import torch
from mmengine.config import ConfigDict
from mmengine.dist import get_rank
from mmengine.model import MMDistributedDataParallel
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData
from mmseg.structures import SegDataSample
from torch.optim import SGD
from mmmtl.registry import MODELS
from mmmtl.testing.ranks import join

init_default_scope('mmseg')
join()
rank = get_rank()
head = dict(type='mmmtl.ImageClassificationHead', in_channels=64, num_classes=3)
model = MODELS.build(ConfigDict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),
    backbone=dict(type='mmmtl.MTANWideResNet', depth=10, widen_factor=1),
    decode_head=dict(head, field='a'), task_heads=dict(b=head, c=head),
    loss_weighting=dict(type='UncertaintyWeighting'), train_cfg={}, test_cfg=dict(mode='whole')))
ddp = MMDistributedDataParallel(model)
optimizer = SGD(model.parameters(), 0.05)
for step in range(7):
    task = 'abc'[step % 3] if step < 6 else 'ab'[rank]  # at last another one on each rank
    sample = SegDataSample(metainfo=dict(img_shape=(16, 16), tasks=[task]))
    sample.set_data({f'gt_{task}': LabelData(item=torch.tensor([step % 3]))})
    losses = ddp(inputs=torch.randn(2, 3, 16, 16), data_samples=[sample] * 2, mode='loss')
    optimizer.zero_grad()
    model.parse_losses(losses)[0].backward()
    optimizer.step()
torch.save({n: p.detach() for n, p in model.named_parameters()}, f'rank_{rank}.pth')
'''


def test_batches_of_one_task_stop_nothing(tmp_path):
    """Every parameter has a gradient at every step, or DDP would not get beyond the second."""
    run_ranks(DOMAINS, 2, tmp_path)
    first, second = (torch.load(tmp_path / f'rank_{rank}.pth') for rank in (0, 1))
    assert len(first) > 50 and all(torch.equal(first[name], second[name]) for name in first)
