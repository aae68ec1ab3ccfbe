"""``normalise='world'``: the result does not depend on how frames fall on ranks."""

import json

import pytest
import torch

from mmmtl.models.losses import MaskedL1Loss, PixelCrossEntropyLoss
from mmmtl.models.losses.pixel_mean import PixelMean
from mmmtl.registry import MODELS
from mmmtl.testing.ranks import run_ranks
from mmmtl.testing.samples import toy_model_cfg

CLASS_WEIGHT = [0.5 + 0.1 * k for k in range(19)]
HEAD = dict(type='FCNHead', in_channels=8, in_index=-1, channels=8, num_convs=1,
            concat_input=False, dropout_ratio=0, num_classes=19, norm_cfg=None)
CE = dict(type='CrossEntropyLoss')
#: name → changes of the model, and the balancer
CASES = {
    'host': (dict(
        decode_head=dict(HEAD, loss_decode=dict(CE, avg_non_ignore=True)),
        auxiliary_head=dict(HEAD, loss_decode=dict(CE, avg_non_ignore=True, loss_weight=0.4))),
        None),
    'host, all pixels': (dict(decode_head=dict(HEAD, loss_decode=CE)), 'PCGrad'),
    'ours': (dict(
        decode_head=dict(HEAD, loss_decode=dict(
            type='mmmtl.PixelCrossEntropyLoss', class_weight=CLASS_WEIGHT)),
        task_heads=dict(
            instance=dict(type='mmmtl.InstanceVectorHead',
                          loss_decode=dict(type='mmmtl.BerHuLoss')),
            depth=dict(type='mmmtl.InverseDepthHead',
                       loss_decode=dict(type='mmmtl.MaskedHuberLoss')))), None),
    'normals, images': (dict(
        task_heads=dict(
            normal=dict(type='mmmtl.SurfaceNormalHead'),
            age=dict(type='mmmtl.ImageRegressionHead', in_channels=8),
            kind=dict(type='mmmtl.ImageClassificationHead', in_channels=8, num_classes=3,
                      class_weight=[0.5, 1.0, 3.0])),
        loss_weighting=dict(type='FixedWeighting')), None),
    'task head, GradNorm': (dict(
        decode_head=dict(type='mmmtl.SemanticHead', body=HEAD),
        loss_weighting=dict(type='FixedWeighting')), 'GradNorm'),
}
TRAIN = '''
import json, sys, torch
from mmengine.dist import get_rank, get_world_size
from mmengine.model import MMDistributedDataParallel
from mmengine.optim import OptimWrapper
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData
import mmseg.models
from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.registry import MODELS
from mmmtl.testing.ranks import join
from mmmtl.testing.samples import TARGET_FIELDS, toy_model_cfg, toy_sample

init_default_scope('mmseg')
world, out, modes, cases = json.loads(sys.argv[1])
if world > 1:
    join()
rank = get_rank()
TASKS = [('semantic', 'instance', 'depth'), ('semantic', 'depth'), ('semantic', 'instance'), (),
         ('depth', ), ('semantic', ), ('instance', ), ('depth', 'instance')]
order = torch.randperm(8, generator=torch.Generator().manual_seed(3)).tolist()
mine = range(8) if world == 1 else order[rank * 8 // world:(rank + 1) * 8 // world]

def frame(number, step):
    """Frames differ in how much of them is labelled; what frames 3 and 4 lack is void."""
    void = set(TASKS[1] + TASKS[2]) - set(TASKS[number]) if number in (3, 4) else ()
    tasks = [*TASKS[number], *void, *(['normal'] if number in (0, 3, 5) else [])]
    sample = toy_sample(tasks=tasks, seed=number + 10 * step)
    if number in (1, 3, 4, 6):
        sample.set_data(dict(gt_age=LabelData(item=torch.tensor([2. + number + step]))))
    if number in (0, 3, 6, 7):
        sample.set_data(dict(gt_kind=LabelData(item=torch.tensor([number % 3]))))
    for task in void:
        sample.get(TARGET_FIELDS[task]).data.fill_(255 if task == 'semantic' else torch.nan)
    if 'semantic' in TASKS[number]:
        sample.gt_sem_seg.data[:, :3 * number] = 255
    for field in ('gt_instance_vector', 'gt_inverse_depth_map', 'gt_normal_map'):
        if field in sample:
            sample.get(field).data[:, :4 + 2 * number] = torch.nan
    return sample

results = {}
for mode in modes:
    for name, (changes, balancer) in cases.items():
        torch.manual_seed(0)
        model = MODELS.build(toy_model_cfg(
            **dict(dict(loss_weighting=dict(type='UncertaintyWeighting')), **changes),
            normalise=mode)).eval()
        run = model if world == 1 else MMDistributedDataParallel(
            model, find_unused_parameters=balancer is None)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        wrapper = OptimWrapper(optimizer) if balancer is None else MultiTaskOptimWrapper(
            optimizer, balancer=dict(type=balancer))
        for step in range(3):
            images = torch.randn(8, 3, 32, 64, generator=torch.Generator().manual_seed(step))
            samples = [frame(number, step) for number in mine]
            with wrapper.optim_context(run):
                losses = run(inputs=images[list(mine)], data_samples=samples, mode='loss')
            wrapper.update_params(model.parse_losses(losses)[0])
        results[f'{name}, {mode}'] = torch.cat(
            [p.detach().flatten() for p in model.parameters()])
torch.save(results, f'{out}_{rank}.pth')
if world > 1:
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
'''


@pytest.mark.parametrize('world', [2, pytest.param(4, marks=pytest.mark.slow)])
def test_equal_to_one_process_with_the_whole_batch(tmp_path, world):
    run_ranks(TRAIN, 1, tmp_path, json.dumps([1, 'alone', ['rank'], CASES]))
    run_ranks(TRAIN, world, tmp_path, json.dumps([world, 'ranks', ['world', 'rank'], CASES]),
              timeout=240)
    alone = torch.load(tmp_path / 'alone_0.pth')
    ranks = [torch.load(tmp_path / f'ranks_{rank}.pth') for rank in range(world)]
    for name in CASES:
        expected = alone[f'{name}, rank']
        for found in ranks:
            assert torch.equal(found[f'{name}, world'], ranks[0][f'{name}, world'])
        gap = (ranks[0][f'{name}, world'] - expected).abs().max()
        by_rank = (ranks[0][f'{name}, rank'] - expected).abs().max()
        assert gap < 1e-6, (name, gap)
        assert by_rank > 1e-4, f'{name}: frames that make no difference'


def test_one_process_needs_no_choice():
    a, b = (MODELS.build(toy_model_cfg(normalise=mode)) for mode in ('rank', 'world'))
    assert a._world_counts is None and b._world_counts is not None
    with pytest.raises(ValueError, match="normalise must be one of .*got 'all'"):
        MODELS.build(toy_model_cfg(normalise='all'))


@pytest.mark.parametrize(('changes', 'reason'), [
    (dict(decode_head=dict(HEAD, loss_decode=dict(type='DiceLoss'))), 'DiceLoss is not known'),
    (dict(decode_head=dict(HEAD, loss_decode=dict(CE, use_sigmoid=True))), 'is not known'),
    (dict(decode_head=dict(HEAD, loss_decode=dict(CE, class_weight=CLASS_WEIGHT))),
     'with class_weight'),
    (dict(decode_head=dict(HEAD, sampler=dict(type='OHEMPixelSampler'))), 'samples pixels'),
    (dict(decode_head=dict(HEAD, loss_decode=dict(CE, avg_non_ignore=True)),
          auxiliary_head=dict(HEAD, loss_decode=CE)), 'different pixels'),
    (dict(decode_head=dict(type='DAHead', in_channels=8, in_index=-1, channels=8, pam_channels=4,
                           num_classes=19)), 'DAHead makes its loss'),
    (dict(task_heads=dict(depth=dict(type='mmmtl.InverseDepthHead', loss_decode=dict(
        type='SiLogLoss')))), "task 'depth': SiLogLoss does not say")])
def test_what_is_refused(changes, reason):
    with pytest.raises(ValueError, match=f"normalise='world'.*{reason}"):
        MODELS.build(toy_model_cfg(**changes, normalise='world'))


@pytest.mark.parametrize('weight', [None, CLASS_WEIGHT])
def test_counts_are_what_losses_divide_by(weight):
    """The loss times its count is the sum over parts, for any split."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 19, 6, 8, generator=generator, dtype=torch.float64)
    labels = torch.randint(0, 19, (4, 6, 8), generator=generator)
    labels[0] = 255
    labels[1, :4] = 255
    loss = PixelCrossEntropyLoss(class_weight=weight)
    mean = PixelMean.of(loss, 255)
    parts = sum(loss(logits[i:i + 1], labels[i:i + 1]) * mean.count(labels[i]) for i in range(4))
    torch.testing.assert_close(loss(logits, labels) * mean.count(labels), parts)

    target = torch.randn(4, 1, 6, 8, generator=generator, dtype=torch.float64)
    target[:2, :, :3] = torch.nan
    masked = MaskedL1Loss()
    parts = sum(masked(0 * logits[i:i + 1, :1], target[i:i + 1]) * masked.count(target[i])
                for i in range(4))
    torch.testing.assert_close(masked(0 * logits[:, :1], target) * masked.count(target), parts)
