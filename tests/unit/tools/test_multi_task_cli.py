"""Three tasks through tools/train.py and tools/test.py, in one process and in two."""

import json
import os
from pathlib import Path

import pytest
import torch

from mmmtl.testing.processes import run_script
from mmmtl.testing.ranks import run_ranks
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes

pytestmark = pytest.mark.trains
ROOT = Path(__file__).resolve().parents[3]

CONFIG = """
_base_ = 'BASE'
model = dict(backbone=dict(init_cfg=None))
train_dataloader = dict(batch_size=2, dataset=dict(data_root='data', metainfo=dict(_delete_=True)))
val_dataloader = dict(batch_size=1, dataset=dict(data_root='data', metainfo=dict(_delete_=True)))
test_dataloader = val_dataloader
model.update(decode_head=dict(num_classes=19, loss_decode=dict(class_weight=None)))
train_cfg = dict(max_iters=20, val_interval=20)
default_hooks = dict(
    logger=dict(interval=5),
    checkpoint=dict(interval=10, max_keep_ckpts=2, save_best='depth/mae'))
"""


RANK = """
import runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def start(folder: Path, name: str, *words: str, fails: bool = False) -> str:
    """Run a tool in ``folder``; what it printed."""
    environment = dict(os.environ, OMP_NUM_THREADS='1')
    code, output = run_script(ROOT / 'tools' / name, words, folder, environment)
    assert bool(code) == fails, output
    return output


def start_two(folder: Path, name: str, *words: str) -> None:
    """Run a tool in two processes, as ``tools/dist_*.sh`` do (test_train_test_cli.py)."""
    path = str(ROOT / 'tools' / name)
    run_ranks(RANK, 2, folder, path, *words, '--launcher', 'pytorch', timeout=180)


def scores(folder: Path, work_dir: str) -> dict[str, float]:
    """The last scores that a run wrote."""
    path, = (folder / work_dir).glob('*/*.json')
    found = json.loads(path.read_text().splitlines()[-1])
    return {key: value for key, value in found.items() if '/' in key}


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Toy frames, of which some have no disparity; a config; a run of 20 steps."""
    folder = tmp_path_factory.mktemp('three_tasks')
    frames = make_toy_cityscapes(folder / 'data', frames=5, size=(64, 128))
    (folder / f'data/disparity/val/{frames["val"][0].name}_disparity.png').unlink()
    base = ROOT / 'configs/demo/lite0-fpn_street-scenes_1xb4-500_128x256.py'
    (folder / 'toy.py').write_text(CONFIG.replace('BASE', str(base)))
    start(folder, 'train.py', 'toy.py', '--work-dir', 'one')
    return folder


def test_one_run_leaves_what_the_next_step_needs(folder):
    found = scores(folder, 'one') if len(list((folder / 'one').glob('*/*.json'))) == 1 else {}
    assert not found or {'semantic/mIoU', 'instance/mae', 'depth/mae'} <= set(found)
    state = torch.load(folder / 'one' / 'iter_20.pth', weights_only=True)['state_dict']
    assert all(state[f'loss_weighting.log_vars.{task}'] != 0
               for task in ('semantic', 'instance', 'depth'))
    assert list((folder / 'one').glob('best_depth_mae_*.pth'))


def test_two_processes_score_as_one(folder):
    words = ['toy.py', 'one/iter_20.pth', '--work-dir']
    start(folder, 'test.py', *words, 'alone')
    start_two(folder, 'test.py', *words, 'together')
    alone, together = scores(folder, 'alone'), scores(folder, 'together')
    assert len(alone) >= 7 and alone == pytest.approx(together, rel=1e-6, nan_ok=True)


def test_two_processes_train_equal_replicas(folder):
    (folder / 'check_replicas.py').write_text('''
import hashlib
from pathlib import Path
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.registry import HOOKS


@HOOKS.register_module()
class CheckReplicas(Hook):
    def after_train(self, runner):
        text = b''.join(p.detach().numpy().tobytes() for p in runner.model.parameters())
        Path(f'replica_{get_rank()}').write_text(hashlib.sha256(text).hexdigest())
''')
    (folder / 'two.py').write_text(
        "_base_ = 'toy.py'\ncustom_imports = dict(imports=['mmmtl', 'check_replicas'])\n"
        "custom_hooks = [dict(type='CheckReplicas')]\n")
    os.environ['PYTHONPATH'] = str(folder)
    try:
        start_two(folder, 'train.py', 'two.py', '--work-dir', 'two')
    finally:
        del os.environ['PYTHONPATH']
    digests = [(folder / f'replica_{rank}').read_text() for rank in (0, 1)]
    assert digests[0] == digests[1]


def test_a_run_that_stops_goes_on_where_it_stopped(folder):
    """Optimizer and log-variances go on: step 20 is the 20th, not the 10th."""
    options = ['--work-dir', 'stopped', '--cfg-options', 'randomness.seed=3']
    start(folder, 'train.py', 'toy.py', *options, 'train_cfg.max_iters=10')
    half = torch.load(folder / 'stopped/iter_10.pth', weights_only=True)
    start(folder, 'train.py', 'toy.py', '--resume', *options)
    whole = torch.load(folder / 'stopped/iter_20.pth', weights_only=True)
    steps = [{int(state['step']) for state in run['optimizer']['state'].values()}
             for run in (half, whole)]
    assert steps == [{10}, {20}]
    name = 'loss_weighting.log_vars.depth'
    moved = (whole['state_dict'][name] - half['state_dict'][name]).abs().item()
    assert 0 < moved <= 10 * 1e-2 + 1e-6  # AdamW moves it by at most its constant rate a step


def test_pictures_of_every_frame(folder):
    start(folder, 'test.py', 'toy.py', 'one/iter_20.pth', '--work-dir',
          'drawn', '--show-dir', 'pictures')
    assert len(list((folder / 'pictures').rglob('*.png'))) == 5


def test_a_weighting_of_an_unknown_task_stops_before_training(folder):
    output = start(
        folder, 'train.py', 'toy.py', '--work-dir', 'wrong', '--cfg-options',
        'model.loss_weighting.init.dpeth=1.0', fails=True)
    assert "dpeth" in output and "tasks are ['semantic', 'instance', 'depth']" in output
