"""kill -9 in the middle of tools/train.py, --resume, and the run that nobody killed.

The network has dropout, its frames are flipped and recoloured, and validation comes in between.
"""

import itertools
import random
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mmmtl.apis import build_train_runner
from mmmtl.testing.processes import run_script
from mmmtl.testing.toy_config import write_toy_config
from tools import train as train_tool

pytestmark = pytest.mark.trains
ROOT = Path(__file__).resolve().parents[3]
STEPS, INTERVAL = 8, 3
_count = itertools.count()

KILLER = """
import os, signal
from mmengine.hooks import Hook
from mmengine.registry import HOOKS


@HOOKS.register_module()
class Killer(Hook):
    def __init__(self, step, where):
        self.step, self.where = step, where

    def _kill(self, runner):
        if runner.iter == self.step:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_train_iter(self, runner, *args, **kwargs):
        if self.where == 'before':
            self._kill(runner)
        elif self.where == 'within' and runner.iter == self.step:
            runner.optim_wrapper.optimizer.register_step_post_hook(
                lambda *args: os.kill(os.getpid(), signal.SIGKILL))

    def after_train_iter(self, runner, *args, **kwargs):
        if self.where == 'after':
            self._kill(runner)
"""
UNCERTAINTY = "model = dict(loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))"
DWA = ("model = dict(loss_weighting=dict(_delete_=True, type='mmmtl.DynamicWeightAverage', "
       'interval=2))')
FIXED = "model = dict(loss_weighting=dict(_delete_=True, type='mmmtl.FixedWeighting'))"
BALANCED = ("optim_wrapper = dict(type='mmmtl.MultiTaskOptimWrapper', balancer=dict({}), "
            "optimizer=dict(_delete_=True, type='AdamW', lr=0.01){})")
METHODS = {
    'PCGrad + DWA': [DWA, BALANCED.format("type='PCGrad'", '')],
    'GradNorm': [FIXED, BALANCED.format("type='GradNorm'", '')],
    'GradDrop + uncertainty': [UNCERTAINTY, BALANCED.format("type='GradDrop'", '')],
    'MGDA, features': [FIXED, BALANCED.format("type='MGDA'", ", level='features'")],
    'FAMO': ["model = dict(loss_weighting=dict(_delete_=True, type='mmmtl.ScalarizerWeighting', "
             "scalarizer='FAMO'))"],
}


def train(*words: str) -> None:
    """``tools/train.py`` in this process."""
    options = ['--cfg-options', f'experiment_name=kill{next(_count)}']
    build_train_runner(train_tool.parse_args([*words, *options])).train()


def differences(a: Any, b: Any, path: str = '') -> list[str]:
    """Where two checkpoints differ, bit for bit."""
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return [f'{path}: {a.keys() ^ b.keys()}']
        return [where for key in a for where in differences(a[key], b[key], f'{path}/{key}')]
    if isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        return [where for i, pair in enumerate(zip(a, b, strict=True))
                for where in differences(*pair, f'{path}/{i}')]
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        same = torch.equal(a, b)
    else:
        same = np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
    return [] if same else [path]


@pytest.mark.skipif(not hasattr(signal, 'SIGKILL'), reason='no SIGKILL here')
@pytest.mark.parametrize('method', [
    next(iter(METHODS)), *(pytest.param(m, marks=pytest.mark.slow) for m in [*METHODS][1:])])
def test_the_same_as_a_run_that_was_not_killed(tmp_path, monkeypatch, method):
    if 'PCGrad' in method or 'GradNorm' not in method:
        pytest.importorskip('torchjd')
    monkeypatch.chdir(tmp_path)
    toy = write_toy_config(tmp_path, ROOT / 'configs')
    step = random.SystemRandom().randrange(INTERVAL + 1, STEPS)
    where = random.SystemRandom().choice(['before', 'within', 'after'])
    (tmp_path / 'run.py').write_text('\n'.join([
        f'_base_ = {str(toy)!r}', *METHODS[method], 'randomness = dict(seed=3)',
        f'train_cfg = dict(max_iters={STEPS}, val_interval={INTERVAL})',
        f'default_hooks = dict(checkpoint=dict(interval={INTERVAL}))']))
    (tmp_path / 'killer.py').write_text(KILLER)
    (tmp_path / 'killed.py').write_text(
        "_base_ = 'run.py'\ncustom_imports = dict(imports=['mmmtl', 'killer'])\n"
        f"custom_hooks = [dict(type='Killer', step={step}, where={where!r})]\n")
    monkeypatch.setenv('PYTHONPATH', f'{ROOT}:{tmp_path}')
    code, printed = run_script(
        ROOT / 'tools' / 'train.py', ['killed.py', '--work-dir', 'killed'], tmp_path)
    assert code == -signal.SIGKILL, printed
    last, = (tmp_path / 'killed').glob('iter_*.pth')

    train('run.py', '--work-dir', 'killed', '--resume')
    train('run.py', '--work-dir', 'whole')
    name = f'iter_{STEPS}.pth'
    whole, killed = (torch.load(tmp_path / folder / name, weights_only=True)
                     for folder in ('whole', 'killed'))
    note = f'{method}: killed {where} step {step + 1}, resumed from {last.name}'
    for key in ('state_dict', 'optimizer', 'random_state'):
        assert not differences(whole[key], killed[key]), note
