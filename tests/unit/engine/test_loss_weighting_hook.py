"""Runners move the weightings, and a resumed run goes on as one that was not stopped."""

import pytest
import torch
from mmengine.model import BaseModel
from mmengine.optim.optimizer import amp_optimizer_wrapper
from mmengine.runner import Runner
from torch.utils.data import Dataset

from mmmtl.balancing import Handover
from mmmtl.registry import WEIGHTINGS

HOOK = dict(type='mmmtl.LossWeightingHook')
BY_EPOCH, BY_STEP = dict(max_epochs=5), dict(max_iters=20)


class Numbers(Dataset):
    metainfo = dict(classes=('a', ))

    def __init__(self, infinite=None):
        self.infinite = infinite

    def __len__(self):
        return 8

    def __getitem__(self, index):
        return dict(x=torch.tensor([1.0, torch.inf if index == self.infinite else index / 8]))


class TwoLines(BaseModel):
    """Two tasks on one parameter, as our segmentor is to the hook."""

    def __init__(self, weighting):
        super().__init__()
        self.line = torch.nn.Parameter(torch.tensor([0.5, -0.5]))
        self.loss_weighting = WEIGHTINGS.build(dict(weighting, tasks=['a', 'b']))
        self.tasks, self.handover = ('a', 'b'), Handover()
        self.moved = 0
        self.backwards = 0

    def overflow_at(self, number):
        """Let the gradient of a backward pass be infinite, though the losses are not."""
        def hook(gradient):
            self.backwards += 1
            return gradient * torch.inf if self.backwards == number else gradient
        self.line.register_hook(hook)

    def losses(self):
        value = self.x @ self.line
        return dict(a=(value - 1).square().mean() + 0.1, b=(value + 2).abs().mean())

    def losses_after_step(self):
        self.moved += 1
        return {task: loss.detach() for task, loss in self.losses().items()}

    def forward(self, x, mode='loss'):
        self.x = torch.stack(x)
        terms = self.loss_weighting(self.losses())
        self.handover.put(terms)
        return {f'loss_{task}': term for task, term in terms.items()}


def run(folder, weighting, stop, hooks=(HOOK, ), accumulate=1, resume=False, infinite=None,
        overflow=None, sgd=None, **optim_wrapper):
    by_epoch = 'max_epochs' in stop
    loader = dict(batch_size=2, dataset=Numbers(infinite), sampler=dict(
        type='DefaultSampler' if by_epoch else 'InfiniteSampler', shuffle=False))
    model = TwoLines(weighting)
    if overflow:
        model.overflow_at(overflow)
    runner = Runner(
        model, str(folder), train_dataloader=loader,
        train_cfg=dict(stop, by_epoch=by_epoch),
        optim_wrapper=dict(
            optimizer=dict(type='SGD', lr=0.05, momentum=0.9, **(sgd or {})),
            accumulative_counts=accumulate,
            constructor='mmmtl.MultiTaskOptimWrapperConstructor', **optim_wrapper),
        custom_hooks=list(hooks), default_scope='mmseg', log_level='ERROR', resume=resume,
        randomness=dict(seed=3),
        default_hooks=dict(checkpoint=dict(
            type='CheckpointHook', by_epoch=by_epoch, interval=1 if by_epoch else 5)),
        experiment_name=f'{folder.name}_{len(list(folder.iterdir()))}_{resume}')
    runner.train()
    return runner.model


def state_of(model):
    return {k: repr(v) for k, v in model.state_dict().items()}


DWA = dict(type='DynamicWeightAverage')
FAMO = dict(type='ScalarizerWeighting', scalarizer='FAMO')


def test_an_epoch_in_both_kinds_of_runs(tmp_path):
    weightings = [run(tmp_path, DWA, stop).loss_weighting for stop in (BY_EPOCH, BY_STEP)]
    assert [w.finished.item() for w in weightings] == [5, 4]  # the last one is not over
    weightings.append(run(tmp_path, dict(DWA, interval=3), BY_EPOCH).loss_weighting)
    assert weightings[2].finished == 6
    assert all(w.weights[0] != 1 and w.weights.sum().item() == pytest.approx(2)
               for w in weightings)


def test_two_hooks_are_one(tmp_path):
    assert run(tmp_path, DWA, BY_EPOCH, [HOOK, HOOK]).loss_weighting.finished == 5


def test_without_the_hook_it_is_an_error(tmp_path):
    for weighting in (DWA, FAMO):
        with pytest.raises(RuntimeError, match='nothing would ever move its weights'):
            run(tmp_path, weighting, BY_EPOCH, [])
    run(tmp_path, dict(DWA, interval=3), BY_EPOCH, [])


def test_losses_after_each_step_of_the_optimizer(tmp_path):
    assert run(tmp_path, FAMO, BY_EPOCH).moved == 20
    model = run(tmp_path, FAMO, BY_STEP, accumulate=4)
    assert model.moved == 5
    assert model.loss_weighting.scalarizer._w.abs().min() > 0.01
    assert run(tmp_path, dict(type='FixedWeighting'), BY_STEP).moved == 0


def test_nothing_moves_after_an_update_that_a_balancer_left_out(tmp_path):
    options = dict(type='mmmtl.MultiTaskOptimWrapper', balancer=dict(type='Sum'),
                   non_finite='skip')
    assert run(tmp_path, FAMO, BY_EPOCH, **options).moved == 20
    assert run(tmp_path, FAMO, BY_EPOCH, overflow=5, **options).moved == 19


def test_nothing_moves_after_an_update_that_a_hook_left_out(tmp_path):
    """The first of two batches has an infinite loss; the weighting sees the second before it."""
    hooks = [HOOK, dict(type='mmmtl.FiniteLossHook', non_finite='skip')]
    assert run(tmp_path, FAMO, dict(max_epochs=2), hooks, 2, infinite=1).moved == 2
    assert run(tmp_path, FAMO, dict(max_epochs=2), hooks, 2).moved == 4


@pytest.mark.parametrize('fused', [False, True])
def test_nothing_moves_after_an_overflow_of_the_scaler(tmp_path, monkeypatch, fused):
    """The scaler leaves out ``optimizer.step``, or tells a fused one to."""
    monkeypatch.setattr(amp_optimizer_wrapper, 'is_cuda_available', lambda: True)
    monkeypatch.setattr(amp_optimizer_wrapper, 'GradScaler',
                        lambda **options: torch.amp.GradScaler('cpu', **options))
    options = dict(type='AmpOptimWrapper', dtype='bfloat16', loss_scale=dict(init_scale=64.0),
                   sgd=dict(fused=fused))
    assert run(tmp_path, FAMO, BY_EPOCH, **options).moved == 20
    assert run(tmp_path, FAMO, BY_EPOCH, overflow=5, **options).moved == 19


@pytest.mark.parametrize('weighting', [
    DWA, dict(DWA, interval=3), FAMO, *(dict(type='ScalarizerWeighting', scalarizer=name)
                                        for name in ('DWA', 'Random', 'IMTLL'))])
@pytest.mark.parametrize('stop, whole', [(dict(max_epochs=3), BY_EPOCH),
                                         (dict(max_iters=10), BY_STEP)])
def test_a_resumed_run_is_equal_bit_for_bit(tmp_path, weighting, stop, whole):
    for name in ('whole', 'parts'):
        (tmp_path / name).mkdir()
    expected = state_of(run(tmp_path / 'whole', weighting, whole))
    run(tmp_path / 'parts', weighting, stop)
    assert state_of(run(tmp_path / 'parts', weighting, whole, resume=True)) == expected
