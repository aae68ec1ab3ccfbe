"""A kill at any moment leaves a whole checkpoint to resume from."""

import os
import signal
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pytest
import torch
from mmengine.fileio import get_file_backend
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import Dataset

from mmmtl.apis import find_checkpoint_to_resume
from mmmtl.engine.atomic_checkpoint_hook import AtomicCheckpointHook, AtomicLocalBackend


class Ones(Dataset):
    metainfo = dict(classes=('a', ))

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return dict(x=torch.ones(2))


class Line(BaseModel):

    def __init__(self):
        super().__init__()
        self.line = torch.nn.Linear(2, 1)

    def forward(self, x, mode='loss'):
        return dict(loss=self.line(torch.stack(x)).square().mean())


def make_runner(work_dir, iterations, **hook):
    name = f'{work_dir.name}_{iterations}_{len(os.listdir(work_dir))}'
    return Runner(
        Line(), str(work_dir), train_dataloader=dict(
            batch_size=2, dataset=Ones(), sampler=dict(type='InfiniteSampler')),
        train_cfg=dict(type='IterBasedTrainLoop', max_iters=iterations),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(checkpoint=dict(
            type='mmmtl.AtomicCheckpointHook', by_epoch=False, interval=1, **hook)),
        default_scope='mmseg', experiment_name=name, log_level='ERROR')


def test_same_files_as_mmengine(tmp_path):
    make_runner(tmp_path, 4, max_keep_ckpts=2).train()
    assert sorted(p.name for p in tmp_path.glob('*.pth*')) == ['iter_3.pth', 'iter_4.pth']
    assert find_checkpoint_to_resume(str(tmp_path)) == str(tmp_path / 'iter_4.pth')


def test_a_write_that_fails_keeps_the_old_content(tmp_path, monkeypatch):
    backend = get_file_backend(backend_args=dict(backend='mmmtl_atomic'))
    assert isinstance(backend, AtomicLocalBackend)
    target = tmp_path / 'folder' / 'x.pth'
    backend.put(b'old', target)

    def full(*_):
        raise OSError('no space left')

    monkeypatch.setattr('mmmtl.engine.atomic_checkpoint_hook.os.fsync', full)
    with pytest.raises(OSError, match='no space left'):
        backend.put(b'new content', target)
    assert target.read_bytes() == b'old'
    assert os.listdir(target.parent) == ['x.pth']


def test_the_old_checkpoint_goes_after_the_new_one_is_there(tmp_path, monkeypatch):
    """Also with max_keep_ckpts=1, where mmengine removes the only one first."""
    runner = make_runner(tmp_path, 3, max_keep_ckpts=1)
    present, put = [], AtomicLocalBackend.put

    def spy(self, obj, filepath):
        present.append([p.name for p in tmp_path.glob('iter_*.pth')])
        put(self, obj, filepath)

    monkeypatch.setattr(AtomicLocalBackend, 'put', spy)
    runner.train()
    assert present == [[], ['iter_1.pth'], ['iter_2.pth']]
    assert [p.name for p in tmp_path.glob('iter_*.pth')] == ['iter_3.pth']


def test_the_best_checkpoint_is_replaced_not_lost(tmp_path, monkeypatch):
    runner = make_runner(tmp_path, 2, save_best='x/mIoU')
    runner.train()
    hook = next(h for h in runner.hooks if isinstance(h, AtomicCheckpointHook))
    for step, score in ((2, 0.1), (3, 0.2)):
        runner.train_loop._iter = step
        hook.after_val_epoch(runner, {'x/mIoU': score})
        if step == 2:
            first = sorted(p.name for p in tmp_path.glob('best*'))
    assert first == ['best_x_mIoU_iter_2.pth']
    assert [p.name for p in tmp_path.glob('best*')] == ['best_x_mIoU_iter_3.pth']
    hook.after_val_epoch(runner, {'x/mIoU': 0.3})  # better, at the same step: the same name
    assert [p.name for p in tmp_path.glob('best*')] == ['best_x_mIoU_iter_3.pth']


@pytest.mark.parametrize('prefixes, key, message', [
    (['semantic', 'depth'], 'mIoU', "'mIoU' has no prefix.*'depth/...'.*save_best='semantic/mIoU'"),
    ([None], 'mIoU', None), (['semantic'], 'auto', None), (['semantic'], 'semantic/mIoU', None)])
def test_save_best_without_a_prefix_is_refused_before_training(
        tmp_path, monkeypatch, prefixes, key, message):
    runner = make_runner(tmp_path, 1, save_best=key, rule='greater')
    metrics = [SimpleNamespace(prefix=prefix) for prefix in prefixes]
    loop = SimpleNamespace(evaluator=SimpleNamespace(metrics=metrics))
    monkeypatch.setattr(Runner, 'val_loop', property(lambda self: loop))
    hook = next(hook for hook in runner.hooks if isinstance(hook, AtomicCheckpointHook))
    if message is None:
        hook.before_train(runner)
    else:
        with pytest.raises(KeyError, match=message):
            hook.before_train(runner)


def test_save_best_of_a_score_that_nobody_computes(tmp_path):
    runner = make_runner(tmp_path, 1, save_best='semantic/mIou', rule='greater')
    hook = next(hook for hook in runner.hooks if isinstance(hook, AtomicCheckpointHook))
    with pytest.raises(KeyError, match=r"save_best names \['semantic/mIou'\].*semantic/mIoU"):
        hook.after_val_epoch(runner, {'semantic/mIoU': 50.0})


def test_other_storage_is_left_alone():
    assert AtomicCheckpointHook().backend_args == dict(backend='mmmtl_atomic')
    assert AtomicCheckpointHook(out_dir='s3://bucket').backend_args is None
    mine = dict(backend='local')
    assert AtomicCheckpointHook(backend_args=mine).backend_args == mine


@pytest.mark.skipif(not hasattr(signal, 'SIGKILL'), reason='no SIGKILL here')
def test_killed_while_saving(tmp_path):
    """The process dies with half of the second checkpoint written; the first one resumes."""
    code = textwrap.dedent(f"""
        import os, signal, sys
        from pathlib import Path
        sys.path.insert(0, {os.path.dirname(__file__)!r})
        import test_atomic_checkpoint_hook as t

        real = os.fsync
        def fsync(file):
            if any('iter_2' in name for name in os.listdir({str(tmp_path)!r})):
                os.truncate(file, 500)
                os.kill(os.getpid(), signal.SIGKILL)
            real(file)
        os.fsync = fsync
        t.make_runner(Path({str(tmp_path)!r}), 3, max_keep_ckpts=1).train()
    """)
    run = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, timeout=300)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert (tmp_path / 'iter_2.pth.partial').stat().st_size == 500
    found = find_checkpoint_to_resume(str(tmp_path))
    assert found == str(tmp_path / 'iter_1.pth')
    assert torch.load(found, weights_only=True)['meta']['iter'] == 1


def test_deferred_removals_pass_on_the_rest(tmp_path):
    from mmmtl.engine.atomic_checkpoint_hook import _DeferredRemovals
    proxy = _DeferredRemovals(SimpleNamespace(isfile=lambda path: path == 'a'))
    assert proxy.isfile('a') and not proxy.isfile('b')
    proxy.remove('a')
    assert proxy.removals == [('remove', 'a')]
