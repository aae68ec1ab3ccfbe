"""Losses that are not finite: named, and the run stopped or the update left out."""

import textwrap

import pytest
import torch
from mmengine.optim.optimizer import amp_optimizer_wrapper
from mmengine.runner import Runner

from mmmtl.engine import FiniteLossHook
from mmmtl.testing.ranks import run_ranks
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch


class Frames(torch.utils.data.Dataset):
    """Batches in order; some have a target of 1e30 or infinity for task b."""

    def __init__(self, broken=(), drop=()):
        self.numbers = [i for i in range(8) if i not in drop]
        self.broken = broken

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, index):
        number = self.numbers[index]
        batch = toy_task_batch(8, seed=number)
        if number in self.broken:
            batch['targets']['b'][number % 2:] = torch.inf if number % 2 else 1e30
        return batch


def train(folder, frames, hook='raise', **optim_wrapper):
    runner = Runner(
        model=ToyTasks(weighting=dict(type='UncertaintyWeighting')), work_dir=str(folder),
        train_dataloader=dict(
            dataset=frames, batch_size=1, num_workers=0, collate_fn=lambda frames: frames[0],
            sampler=dict(type='DefaultSampler', shuffle=False)),
        train_cfg=dict(by_epoch=True, max_epochs=1),
        optim_wrapper=dict(dict(optimizer=dict(type='AdamW', lr=0.05, weight_decay=0.1)),
                           **optim_wrapper),
        custom_hooks=[dict(type='mmmtl.FiniteLossHook', non_finite=hook)] if hook else [],
        default_hooks=dict(checkpoint=None, param_scheduler=None),
        experiment_name=f'{folder.parent.name}_{folder.name}', default_scope='mmseg')
    runner.train()
    return runner


def parameters(runner):
    return torch.cat([p.detach().flatten() for p in runner.model.parameters()])


@pytest.mark.parametrize('broken', [2, 3])
def test_raise_names_task_and_step(tmp_path, broken):
    with pytest.raises(FloatingPointError, match=rf"Step {broken + 1}: the loss of task\(s\) "
                       r"\['b'\] is NaN or infinite.*non_finite='skip'"):
        train(tmp_path / 'run', Frames(broken=[broken]))


@pytest.mark.parametrize('clip', [None, dict(max_norm=1.0)])
def test_skip_is_a_run_without_that_batch(tmp_path, clip):
    """No momentum, no weight decay, no step of Adam's bias correction."""
    clean = train(tmp_path / 'clean', Frames(drop=[2, 5]), clip_grad=clip)
    skipped = train(tmp_path / 'skipped', Frames(broken=[2, 5]), 'skip', clip_grad=clip)
    assert torch.equal(parameters(clean), parameters(skipped))
    hook, = (hook for hook in skipped.hooks if isinstance(hook, FiniteLossHook))
    assert hook.num_skipped == 2
    assert not skipped.model._forward_hooks, 'nothing is left behind'


def test_an_accumulated_update_is_skipped_whole(tmp_path):
    options = dict(accumulative_counts=2)
    clean = train(tmp_path / 'clean', Frames(drop=[2, 3]), **options)
    skipped = train(tmp_path / 'skipped', Frames(broken=[2]), 'skip', **options)
    assert torch.equal(parameters(clean), parameters(skipped))


def test_finite_runs_are_as_without_the_hook(tmp_path):
    plain = train(tmp_path / 'plain', Frames(), hook=None)
    assert torch.equal(parameters(plain), parameters(train(tmp_path / 'ours', Frames())))


def test_a_balancer_answers_for_itself(tmp_path):
    wrapper = dict(type='mmmtl.MultiTaskOptimWrapper', balancer=dict(type='Sum'))
    with pytest.raises(FloatingPointError, match="set optim_wrapper.non_finite='skip'"):
        train(tmp_path / 'run', Frames(broken=[2]), **wrapper)
    runner = train(tmp_path / 'skip', Frames(broken=[2]), non_finite='skip', **wrapper)
    assert runner.optim_wrapper.num_skipped == 1


@pytest.mark.parametrize('non_finite', ['raise', 'skip'])
def test_with_a_gradient_scaler(tmp_path, monkeypatch, non_finite):
    """The scaler skips the step, so that the optimizer's hook is not called; the loss is seen."""
    monkeypatch.setattr(amp_optimizer_wrapper, 'is_cuda_available', lambda: True)
    monkeypatch.setattr(amp_optimizer_wrapper, 'GradScaler',
                        lambda **options: torch.amp.GradScaler('cpu', **options))
    options = dict(type='AmpOptimWrapper', dtype='bfloat16', loss_scale=dict(init_scale=64.0))
    if non_finite == 'raise':
        with pytest.raises(FloatingPointError, match=r"Step 3: the loss of task\(s\) \['b'\]"):
            train(tmp_path / 'run', Frames(broken=[2]), **options)
        return
    runner = train(tmp_path / 'run', Frames(broken=[2]), 'skip', **options)
    assert parameters(runner).isfinite().all()
    assert runner.optim_wrapper.loss_scaler.get_scale() == 32


def test_wrong_option():
    with pytest.raises(ValueError, match="must be one of .*'raise', 'skip'.*got 'stop'"):
        FiniteLossHook(non_finite='stop')


RANKS = textwrap.dedent('''
    import sys
    import torch
    import torch.distributed as dist
    from mmengine.model import MMDistributedDataParallel
    from mmengine.optim import OptimWrapper
    from mmmtl.engine import FiniteLossHook
    from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch
    from mmmtl.testing.ranks import join

    class Logger:
        warning = staticmethod(print)

    class Run:  # what the hook looks at
        logger, iter = Logger, 0

    join()
    rank = dist.get_rank()

    def train(broken, non_finite):
        run = Run()
        run.model = MMDistributedDataParallel(ToyTasks())
        run.optim_wrapper = OptimWrapper(torch.optim.AdamW(run.model.parameters(), lr=0.05))
        hook = FiniteLossHook(non_finite)
        hook.before_train(run)
        for step in range(4):
            batch = toy_task_batch(8, seed=2 * step + rank)
            if step == 1 and rank == 1 and broken:
                batch['targets']['b'][:] = 1e30
            if step == 1 and not broken:
                continue
            run.iter = step
            run.model.train_step(batch, run.optim_wrapper)
            hook.after_train_iter(run, step)
        return torch.cat([p.detach().flatten() for p in run.model.parameters()])

    assert torch.equal(train(False, 'skip'), train(True, 'skip'))
    try:
        train(True, 'raise')
    except FloatingPointError as error:
        assert "Step 2: the loss of task(s) ['b']" in str(error), error
    else:
        raise SystemExit('no error')
    dist.barrier()
    dist.destroy_process_group()
''')


def test_all_ranks_do_the_same(tmp_path):
    """One rank's loss is infinite: both skip, or both stop."""
    run_ranks(RANKS, 2, tmp_path, timeout=60)
