"""tools/train.py and tools/test.py as a person types them, on mmseg's own model and toy images."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.apis import build_test_runner, build_train_runner
from mmmtl.testing.processes import run_script
from tools import test as test_tool
from tools import train as train_tool

pytestmark = pytest.mark.trains
TOOLS = Path(__file__).resolve().parents[3] / 'tools'
_count = itertools.count()

CONFIG = """
default_scope = 'mmseg'
norm_cfg = dict(type='SyncBN', requires_grad=True)
head = dict(type='FCNHead', in_channels=32, in_index=3, channels=4, num_convs=1, num_classes=2,
            norm_cfg=norm_cfg, align_corners=False, loss_decode=dict(type='CrossEntropyLoss'))
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(type='SegDataPreProcessor', mean=[127.] * 3, std=[128.] * 3,
                           bgr_to_rgb=True, size=(32, 32), seg_pad_val=255),
    backbone=dict(type='ResNetV1c', depth=18, base_channels=4, norm_cfg=norm_cfg),
    decode_head=head,
    auxiliary_head=dict(head, in_channels=16, in_index=2),
    test_cfg=dict(mode='whole'))
dataset = dict(
    type='BaseSegDataset', data_root='DATA', img_suffix='.png', seg_map_suffix='.png',
    metainfo=dict(classes=('dark', 'light'), palette=[[0, 0, 0], [255, 255, 255]]),
    data_prefix=dict(img_path='images', seg_map_path='labels'),
    pipeline=[dict(type='LoadImageFromFile'), dict(type='LoadAnnotations'),
              dict(type='PackSegInputs')])
train_dataloader = dict(
    batch_size=2, num_workers=0, dataset=dataset, sampler=dict(type='InfiniteSampler'))
val_dataloader = dict(
    batch_size=1, num_workers=0, dataset=dataset,
    sampler=dict(type='DefaultSampler', shuffle=False))
test_dataloader = val_dataloader
val_evaluator = dict(type='IoUMetric', iou_metrics=['mIoU'])
test_evaluator = val_evaluator
train_cfg = dict(type='IterBasedTrainLoop', max_iters=2, val_interval=2)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.01))
param_scheduler = [dict(type='PolyLR', power=0.9, begin=0, end=4, by_epoch=False)]
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=1),
    checkpoint=dict(type='CheckpointHook', by_epoch=False, interval=1, max_keep_ckpts=1,
                    save_best='mIoU'),
    visualization=dict(type='SegVisualizationHook'))
visualizer = dict(type='SegLocalVisualizer', vis_backends=[dict(type='LocalVisBackend')])
log_level = 'INFO'
"""


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """A folder with toy.py, four images and labels, and a run of two iterations, typed."""
    folder = tmp_path_factory.mktemp('cli')
    random = np.random.default_rng(0)
    for kind in ('images', 'labels'):
        (folder / 'data' / kind).mkdir(parents=True)
    for index in range(4):
        label = random.integers(0, 2, (4, 4), np.uint8).repeat(8, 0).repeat(8, 1)
        image = np.stack([label * 200 + 20] * 3, -1)
        Image.fromarray(image).save(folder / 'data' / 'images' / f'{index}.png')
        Image.fromarray(label).save(folder / 'data' / 'labels' / f'{index}.png')
    (folder / 'toy.py').write_text(CONFIG.replace('DATA', str(folder / 'data')))
    start([sys.executable, str(TOOLS / 'train.py'), 'toy.py'], folder)
    return folder


@pytest.fixture
def folder(trained, tmp_path, monkeypatch):
    """A copy of it, as the working directory."""
    shutil.copytree(trained, tmp_path / 'copy')
    shutil.copy(tmp_path / 'copy/work_dirs/toy/iter_2.pth', tmp_path / 'copy/trained.pth')
    monkeypatch.chdir(tmp_path / 'copy')
    return tmp_path / 'copy'


def start(command, folder, **environment):
    """Run a command in ``folder``; what it printed."""
    environment = dict(os.environ, OMP_NUM_THREADS='1', **environment)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def train(*arguments):
    """``tools/train.py`` with these words, in this process."""
    runner = build_train_runner(train_tool.parse_args(_with_options(arguments)))
    runner.train()
    return runner


def evaluate(*arguments):
    """``tools/test.py`` with these words, in this process: the scores."""
    return build_test_runner(test_tool.parse_args(_with_options(arguments))).test()


def _with_options(arguments):
    """Put ``key=value`` last, after --cfg-options, with a name no other runner here has."""
    words = [word for word in arguments if '=' not in word]
    options = [word for word in arguments if '=' in word]
    return [*words, '--cfg-options', f'experiment_name=cli{next(_count)}', *options]


def scores(work_dir):
    [path] = work_dir.glob('*/*.json')
    return json.loads(path.read_text())


def test_train_writes_checkpoints_under_the_configs_name(folder):
    work_dir = folder / 'work_dirs' / 'toy'
    assert [p.name for p in work_dir.glob('iter_*')] == ['iter_2.pth']
    assert [p.name for p in work_dir.glob('best_*')] == ['best_mIoU_iter_2.pth']
    loaded = torch.load(work_dir / 'iter_2.pth', weights_only=True)
    assert loaded['meta']['iter'] == 2 and 'log_scalars' in loaded['message_hub']


def test_resume_goes_on_where_it_was(folder, monkeypatch):
    asked, load = [], torch.load
    monkeypatch.setattr('torch.load', lambda *args, **kwargs: (
        asked.append(kwargs.get('weights_only')), load(*args, **kwargs))[1])
    runner = train('toy.py', '--resume', 'train_cfg.max_iters=3')
    assert runner.iter == 3
    assert [p.name for p in (folder / 'work_dirs/toy').glob('iter_*')] == ['iter_3.pth']
    logged = runner.message_hub.get_scalar('train/loss').data[0]
    assert len(logged) == 3, 'the log goes on too'
    assert asked and False not in asked


def test_resume_from_a_named_checkpoint(folder):
    runner = train(
        'toy.py', '--resume', '--work-dir', 'new', 'load_from=trained.pth',
        'train_cfg.max_iters=3')
    assert runner.iter == 3 and (folder / 'new' / 'iter_3.pth').is_file()
    with pytest.raises(FileNotFoundError, match='checkpoint gone.pth does not exist'):
        train('toy.py', '--resume', 'load_from=gone.pth')


def test_resume_refuses_another_architecture(folder):
    with pytest.raises(ValueError, match='not of this model.*have another shape'):
        train('toy.py', '--resume', 'train_cfg.max_iters=3', 'model.backbone.base_channels=8',
              'model.decode_head.in_channels=64', 'model.auxiliary_head.in_channels=32')


def test_resume_without_a_checkpoint_starts(folder, capsys):
    train('toy.py', '--resume', '--work-dir', 'fresh', 'train_cfg.max_iters=1')
    assert 'no checkpoint in fresh, training from the start' in capsys.readouterr().out
    assert (folder / 'fresh' / 'iter_1.pth').is_file()


def test_amp(folder):
    """On a CPU: bfloat16, and a checkpoint that a run in full precision goes on from."""
    if torch.cuda.is_available():
        pytest.skip('for CPUs')
    runner = train('toy.py', '--amp', '--work-dir', 'amp')
    assert type(runner.optim_wrapper).__name__ == 'BFloat16OptimWrapper'
    assert all(p.dtype == torch.float32 for p in runner.model.parameters())
    assert train('toy.py', '--resume', '--work-dir', 'amp', 'train_cfg.max_iters=3').iter == 3


def test_test_writes_scores_pictures_and_predictions(folder):
    code, printed = run_script(TOOLS / 'test.py', [
        'toy.py', 'trained.pth', '--work-dir', 'tested', '--show-dir', 'pictures',
        '--out', 'predictions'], folder)
    assert code == 0, printed
    assert 0 <= scores(folder / 'tested')['mIoU'] <= 100
    assert len(list((folder / 'pictures').rglob('*.png'))) == 4
    assert sorted(p.name for p in (folder / 'predictions').iterdir()) == [
        '0.png', '1.png', '2.png', '3.png']


def test_auxiliary_heads_may_be_left_out(folder):
    """A checkpoint may have more than the model."""
    (folder / 'plain.py').write_text(
        "_base_ = 'toy.py'\nmodel = dict(auxiliary_head=None)\n")
    assert 'mIoU' in evaluate('plain.py', 'trained.pth')


def test_another_architecture_is_refused_with_its_keys(folder):
    (folder / 'deeper.py').write_text("_base_ = 'toy.py'\nmodel = dict(backbone=dict(depth=34))\n")
    with pytest.raises(ValueError, match='keys are missing: backbone.layer1.2.conv1.weight, '):
        evaluate('deeper.py', 'trained.pth')


def test_missing_files_are_named(folder):
    with pytest.raises(FileNotFoundError, match='config toys.py does not exist.*toy.py'):
        train('toys.py')
    with pytest.raises(FileNotFoundError, match='iter_77.pth does not exist.*iter_2.pth'):
        evaluate('toy.py', 'work_dirs/toy/iter_77.pth')


@pytest.mark.skipif(torch.cuda.is_available(), reason='for CPUs')
def test_two_processes_train_and_test_with_gloo(folder):
    """The same scores as one process, on a SyncBN config."""
    environment = dict(PYTHON=sys.executable, PORT=str(29500 + os.getpid() % 2000))
    start(['bash', str(TOOLS / 'dist_train.sh'), 'toy.py', '2', '--work-dir', 'two'],
          folder, **environment)
    assert (folder / 'two' / 'iter_2.pth').is_file()
    start(['bash', str(TOOLS / 'dist_test.sh'), 'toy.py', 'trained.pth', '2', '--work-dir',
           'tested'], folder, **environment)
    one = evaluate('toy.py', 'trained.pth')
    assert scores(folder / 'tested')['mIoU'] == pytest.approx(one['mIoU'])


def test_two_nodes_train_with_gloo(folder):
    """Two starts of the script, as on two machines; one of them writes the checkpoint."""
    nodes = [
        subprocess.Popen(
            ['bash', str(TOOLS / 'dist_train.sh'), 'toy.py', '1', '--work-dir', 'nodes',
             '--resume'],
            cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=dict(os.environ, PYTHON=sys.executable, NNODES='2', NODE_RANK=str(rank),
                     MASTER_ADDR='127.0.0.1', PORT=str(26000 + os.getpid() % 2000)))
        for rank in (0, 1)]
    try:
        printed = [node.communicate(timeout=240)[0] for node in nodes]
    finally:
        for node in nodes:
            node.kill()
    assert [node.returncode for node in nodes] == [0, 0], printed
    assert (folder / 'nodes' / 'iter_2.pth').is_file()
    assert len(list((folder / 'nodes').glob('*/*.log'))) == 1
