"""The state of the random generators in checkpoints."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.runner import Runner
from mmseg.structures import SegDataSample

from mmmtl.engine.random_state import RandomState, random_state, set_random_state
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch


def draw():
    return random.random(), random.gauss(0, 1), np.random.normal(), torch.rand(3).tolist()


def test_round_trip_by_way_of_a_file(tmp_path):
    draw()  # gauss keeps a second number
    torch.save(random_state(), tmp_path / 'state.pth')
    expected = draw(), draw()
    set_random_state(torch.load(tmp_path / 'state.pth', weights_only=True))
    assert (draw(), draw()) == expected


def test_only_a_resumed_run_goes_on_with_it():
    state = RandomState()
    state.load(SimpleNamespace(_resume=False), dict(random_state=[random_state()]))
    before = torch.get_rng_state()
    torch.rand(1)
    state.before_epoch()
    assert not torch.equal(torch.get_rng_state(), before)
    state.load(SimpleNamespace(_resume=True), {})  # a checkpoint of mmengine's hook
    state.before_epoch()


def test_a_validation_before_the_resumed_state_is_set_saves_that_state():
    """LastEpochsMeanHook validates first, and a best checkpoint may be written there."""
    state, checkpoint, resumed = RandomState(), {}, random_state()
    torch.rand(1)
    state.load(SimpleNamespace(_resume=True), dict(random_state=[resumed]))
    state.before_val()
    torch.rand(1)
    state.gather()
    state.save(checkpoint)
    saved, = checkpoint['random_state']
    assert torch.equal(saved['torch'], resumed['torch'])
    state.after_val()
    state.before_epoch()
    assert torch.equal(torch.get_rng_state(), resumed['torch'])
    torch.rand(1)
    state.gather()
    state.save(checkpoint)
    assert torch.equal(checkpoint['random_state'][0]['torch'], torch.get_rng_state())


class Noisy(torch.utils.data.Dataset):
    """Frames by all three generators, in the training process."""

    def __len__(self):
        return 4

    def __getitem__(self, index):
        batch = toy_task_batch(8, seed=index)
        batch['inputs'] += random.random() + np.random.normal()
        return batch


class Dropping(ToyTasks):
    """The toy network with dropout."""

    def forward(self, inputs, targets, mode='loss'):
        if mode == 'predict':
            torch.rand(1)
            return [SegDataSample()]
        return super().forward(torch.nn.functional.dropout(inputs, 0.5), targets, mode)


def run(folder, length, by_epoch, load_from=None):
    frames = dict(dataset=Noisy(), batch_size=1, num_workers=0, collate_fn=lambda f: f[0])
    runner = Runner(
        model=Dropping(), work_dir=str(folder),
        train_dataloader=dict(frames, sampler=dict(type='InfiniteSampler' if not by_epoch else
                                                   'DefaultSampler', shuffle=True)),
        train_cfg=dict(by_epoch=True, max_epochs=length, val_interval=1) if by_epoch else
        dict(by_epoch=False, max_iters=4 * length, val_interval=4),
        val_dataloader=dict(frames, sampler=dict(type='DefaultSampler', shuffle=False)),
        val_cfg=dict(), val_evaluator=Evaluator([]),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.01)),
        default_hooks=dict(checkpoint=dict(
            type='mmmtl.AtomicCheckpointHook', by_epoch=by_epoch, interval=1 if by_epoch else 4)),
        load_from=load_from, resume=load_from is not None, randomness=dict(seed=5),
        experiment_name=f'{folder.parent.name}_{folder.name}', default_scope='mmseg')
    runner.train()
    return runner.model


@pytest.mark.parametrize('by_epoch', [True, False])
def test_transforms_dropout_and_validation(tmp_path, by_epoch):
    whole = run(tmp_path / 'whole', 3, by_epoch)
    run(tmp_path / 'cut', 2, by_epoch)
    name = 'epoch_1.pth' if by_epoch else 'iter_4.pth'
    resumed = run(tmp_path / 'resumed', 3, by_epoch, str(tmp_path / 'cut' / name))
    for (parameter, a), b in zip(whole.named_parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b), parameter
