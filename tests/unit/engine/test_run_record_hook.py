"""What a run leaves, with mmengine's own loops on a model of one parameter."""

import json

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from mmmtl.engine import RunRecordHook


class Toy(BaseModel):
    """Counts its steps."""

    def __init__(self):
        super().__init__()
        self.net = torch.nn.Linear(1, 1)

    def forward(self, inputs, mode='tensor'):
        if mode == 'loss':
            return dict(loss=self.net(inputs.float()[:, None]).mean())
        return list(inputs)


class Count(BaseMetric):
    """Number of samples, and something that is no number."""

    def process(self, data_batch, data_samples):
        self.results += list(data_samples)

    def compute_metrics(self, results):
        return dict(number=len(results), table='text')


def run(folder, steps, resume=False, val_interval=100, name='record', accumulate=1,
        hook=None, **kwargs):
    loader = DataLoader([dict(inputs=1.0)] * 4, batch_size=2)
    validation = dict(val_dataloader=loader, val_evaluator=[Count(prefix='x')], val_cfg=dict())
    runner = Runner(
        Toy(), str(folder), train_dataloader=loader,
        train_cfg=dict(by_epoch=False, max_iters=steps, val_interval=val_interval),
        resume=resume, optim_wrapper=dict(
            optimizer=dict(type='SGD', lr=0.1, momentum=0.9), accumulative_counts=accumulate),
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=3, by_epoch=False)),
        custom_hooks=[hook or RunRecordHook(warm_up=2)],
        experiment_name=f'{name}_{folder.name}_{steps}',
        **{**validation, **kwargs})
    runner.train()
    return json.loads((folder / 'results.json').read_text())


def test_record(tmp_path):
    record = run(tmp_path, 8)
    assert record['scores'] == {'x/number': 4.0}
    assert (record['steps'], record['timed_steps']) == (8, 5)  # without 0, 1 and step 3
    assert record['seconds_per_step'] > 0 and record['median_seconds_per_step'] > 0
    assert record['peak_bytes'] >= 8 and record['weights'] == {}
    assert not list(tmp_path.glob('*.partial'))


def test_a_resumed_run_counts_all_its_steps_but_those_of_each_warm_up(tmp_path):
    run(tmp_path, 6)
    (tmp_path / 'results.json').unlink()
    record = run(tmp_path, 9, resume=True, name='resumed')
    assert (record['steps'], record['timed_steps']) == (9, 3 + 1)  # 2, 4, 5; 8 after the resume
    assert record['peak_bytes'] >= 8


def test_resumed_after_the_last_step(tmp_path):
    """Killed between the last checkpoint and the record: validated, and recorded."""
    run(tmp_path, 6)
    (tmp_path / 'results.json').unlink()
    record = run(tmp_path, 6, resume=True, name='again')
    assert record['scores'] == {'x/number': 4.0} and record['timed_steps'] == 3


def test_few_steps_have_no_time(tmp_path):
    record = run(tmp_path, 2)
    assert record['seconds_per_step'] is None and record['peak_bytes'] >= 8


def test_no_validation(tmp_path):
    with pytest.raises(ValueError, match='has no val_dataloader, val_evaluator and val_cfg'):
        run(tmp_path, 1, val_dataloader=None, val_evaluator=None, val_cfg=None)


@pytest.mark.parametrize('accumulate, steps, expected', [
    (1, 8, 3), (2, 8, 3), (3, 9, 5), (4, 12, 7), (8, 20, 15), (8, 12, 11), (1, 2, 1)])
def test_memory_is_measured_at_an_update_with_the_state_of_the_optimizer(
        tmp_path, monkeypatch, accumulate, steps, expected):
    """Not at a step that only accumulates; the last step always updates."""
    measured = []

    class Memory:
        def __init__(self, model, optimizer):
            self.optimizer = optimizer

        def start(self):
            measured.append(bool(self.optimizer.state))

        def stop(self):
            return 1

    class Hook(RunRecordHook):
        def before_train_iter(self, runner, batch_idx, data_batch=None):
            super().before_train_iter(runner, batch_idx, data_batch)
            if self._memory is not None:
                updates = runner.optim_wrapper._inner_count + 1
                assert updates % accumulate == 0 or updates == steps
                measured.append(runner.iter)

    monkeypatch.setattr('mmmtl.engine.run_record_hook.StepMemory', Memory)
    run(tmp_path, steps, name=f'memory{accumulate}', accumulate=accumulate, hook=Hook(warm_up=2))
    assert measured == [True, expected]


def test_runs_side_by_side_are_recorded(tmp_path, monkeypatch):
    """Also if only a part of a run had others beside it."""
    assert run(tmp_path, 2, name='alone')['jobs'] == 1
    folder = tmp_path / 'beside'
    monkeypatch.setenv('MMMTL_JOBS', '3')
    assert run(folder, 3, name='three')['jobs'] == 3
    monkeypatch.setenv('MMMTL_JOBS', '1')
    (folder / 'results.json').unlink()
    assert run(folder, 6, resume=True, name='then')['jobs'] == 3
