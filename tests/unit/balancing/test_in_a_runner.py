"""mmengine's runner around the wrapper: checkpoints, moving average of the model, log."""

import json
from importlib.util import find_spec

import pytest
import torch
from mmengine.runner import Runner

from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

# An option of users, no dependency of ours: its log is looked at where it is installed.
BACKENDS = ['LocalVisBackend', *(['TensorboardVisBackend'] if find_spec('tensorboard') else [])]


class Frames(torch.utils.data.Dataset):
    """Single frames; every third has no label of b."""

    def __len__(self):
        return 24

    def __getitem__(self, index):
        batch = toy_task_batch(1, seed=index)
        if index % 3 == 0:
            batch['targets']['b'][:] = torch.nan
        return batch


def collate(frames):
    return dict(inputs=torch.cat([f['inputs'] for f in frames]),
                targets={t: torch.cat([f['targets'][t] for f in frames]) for t in 'abc'})


def run(folder, iters, resume=None, cfg=None, seed=2, log_interval=1, **optim_wrapper):
    runner = Runner(
        model=ToyTasks(weighting=dict(type='UncertaintyWeighting')), work_dir=str(folder),
        train_dataloader=dict(
            dataset=Frames(), batch_size=3, num_workers=0, collate_fn=collate,
            sampler=dict(type='InfiniteSampler', shuffle=True, seed=1)),
        train_cfg=dict(by_epoch=False, max_iters=iters),
        optim_wrapper=dict(
            type='mmmtl.MultiTaskOptimWrapper', log_interval=log_interval,
            constructor='mmmtl.MultiTaskOptimWrapperConstructor',
            optimizer=dict(type='AdamW', lr=0.02), **optim_wrapper),
        param_scheduler=dict(type='PolyLR', by_epoch=False, begin=0, end=8),
        default_hooks=dict(
            checkpoint=dict(type='CheckpointHook', by_epoch=False, interval=4),
            logger=dict(type='LoggerHook', interval=1)),
        custom_hooks=[dict(type='EMAHook')],
        visualizer=dict(type='Visualizer', vis_backends=[dict(type=name) for name in BACKENDS]),
        load_from=resume and str(resume), resume=bool(resume),
        experiment_name=f'{folder.parent.name}_{folder.name}',  # visualizers are found by it
        randomness=dict(seed=seed), default_scope='mmseg', cfg=cfg)
    runner.train()
    return runner


@pytest.mark.parametrize('optim_wrapper', [
    dict(balancer=dict(type='PCGrad')), dict(balancer=dict(type='GradVac'), accumulative_counts=2),
    dict(balancer=dict(type='MGDA'), level='features')], ids=['PCGrad', 'GradVac', 'features'])
def test_resumed_run_is_the_run_that_was_not_cut(tmp_path, optim_wrapper):
    whole = run(tmp_path / 'whole', 8, **optim_wrapper)
    run(tmp_path / 'cut', 4, **optim_wrapper)
    resumed = run(tmp_path / 'resumed', 8, tmp_path / 'cut' / 'iter_4.pth', **optim_wrapper)
    for (name, a), b in zip(whole.model.named_parameters(), resumed.model.parameters(),
                            strict=True):
        assert torch.equal(a, b), name
    last = [torch.load(tmp_path / name / 'iter_8.pth', weights_only=False)
            for name in ('whole', 'resumed')]
    for key in last[0]['ema_state_dict']:
        assert torch.equal(last[0]['ema_state_dict'][key], last[1]['ema_state_dict'][key]), key
    log, = (tmp_path / 'whole').glob('*/vis_data/scalars.json')
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert {'grad_norm/a', 'grad_cos/a-b', 'balance/c'} <= set(entries[-1])
    written = list((tmp_path / 'whole').glob('*/vis_data/events.out.tfevents*'))
    assert bool(written) == ('TensorboardVisBackend' in BACKENDS)


def test_log_with_the_default_interval_and_accumulation(tmp_path):
    """Every fourth step is an update, the first and the eleventh are logged."""
    run(tmp_path / 'run', 44, balancer=dict(type='PCGrad'), accumulative_counts=4, log_interval=10)
    log, = (tmp_path / 'run').glob('*/vis_data/scalars.json')
    cosines = [json.loads(line).get('grad_cos/a-c') for line in log.read_text().splitlines()]
    assert cosines[:3] == [None] * 3 and len(set(cosines[3:43])) == 1
    assert None not in cosines[3:] and cosines[43] != cosines[42]


def test_seed_of_the_run_is_the_balancers(tmp_path):
    """Same data, same network: only the order of PCGrad's projections differs."""
    first, same, other = (
        torch.cat([p.detach().flatten() for p in run(
            tmp_path / name, 4, seed=seed, balancer=dict(type='PCGrad')).model.parameters()])
        for name, seed in (('first', 2), ('same', 2), ('other', 3)))
    assert torch.equal(first, same) and not torch.equal(first, other)


@pytest.mark.slow
def test_compile_of_mmengine(tmp_path):
    """``compile=True`` compiles ``train_step``: what the balancer does in it stays as it is."""
    cfg = dict(compile=dict(backend='aot_eager'))
    options = dict(balancer=dict(type='PCGrad'))
    plain = run(tmp_path / 'plain', 4, **options)
    compiled = run(tmp_path / 'compiled', 4, cfg=cfg, shared=['trunk'], **options)
    for a, b in zip(plain.model.parameters(), compiled.model.parameters(), strict=True):
        torch.testing.assert_close(a, b)
    with pytest.raises(ValueError, match='compiled function hides.*shared='):
        run(tmp_path / 'hidden', 4, cfg=cfg, **options)
