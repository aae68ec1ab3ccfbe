"""Means over the last epochs, with mmengine's own loops and logs, through kills and resumes."""

import json

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from mmmtl.engine import LastEpochsMeanHook, RunRecordHook
from mmmtl.engine.last_epochs_mean_hook import mean_scores


class Counter(BaseModel):
    """Its weight is the number of steps taken."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(()))

    def forward(self, inputs, mode='tensor'):
        if mode == 'loss':
            return dict(loss=-self.weight * inputs.float().mean())
        return [self.weight.item()] * len(inputs)


class Square(BaseMetric):
    """The square of the model's weight, and something that is no number."""

    def process(self, data_batch, data_samples):
        self.results += list(data_samples)

    def compute_metrics(self, results):
        return dict(square=results[0] ** 2, table='text')


class Killed(RuntimeError):
    """Stands for a kill."""


class Kill(Hook):
    """Kills after the checkpoint of an epoch, or after its validation."""

    priority = 'LOWEST'

    def __init__(self, epoch, point):
        self.epoch, self.point = epoch, point

    def after_train_epoch(self, runner):
        if self.point == 'checkpoint' and runner.epoch + 1 == self.epoch:
            raise Killed

    def after_val_epoch(self, runner, metrics=None):
        if self.point == 'validation' and runner.epoch == self.epoch:
            raise Killed


def build(folder, name, epochs=6, number=3, resume=False, hooks=(), **train_cfg):
    loader = DataLoader([dict(inputs=1.0)] * 2, batch_size=2)
    return Runner(
        Counter(), str(folder), train_dataloader=loader, val_dataloader=loader,
        train_cfg=dict(dict(by_epoch=True, max_epochs=epochs, val_interval=1), **train_cfg),
        val_evaluator=[Square(prefix='a')], val_cfg=dict(), resume=resume,
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=1.)),
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1)),
        custom_hooks=[RunRecordHook(), LastEpochsMeanHook(number), *hooks],
        experiment_name=f'{name}_{folder.name}')


def read(folder):
    return json.loads((folder / 'last_epochs.json').read_text())


def test_means(tmp_path):
    runner = build(tmp_path, 'means')
    runner.train()
    record = read(tmp_path)
    assert record['epochs'] == [4, 5, 6]
    assert record['means'] == {'a/square': pytest.approx((16 + 25 + 36) / 3)}
    assert record['validations'] == {str(n): {'a/square': float(n * n)} for n in (4, 5, 6)}
    results = json.loads((tmp_path / 'results.json').read_text())['scores']
    assert results == {'a/square': 36., 'last3/a/square': record['means']['a/square']}
    logged = runner.message_hub.get_scalar('val/last3/a/square').data[0]
    assert logged.tolist() == pytest.approx([14 / 3, 29 / 3, 50 / 3, 77 / 3])
    log = next(tmp_path.glob('*/vis_data/*.json')).read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert sum('last3/a/square' in line for line in lines) == 4  # among the scalars
    assert 'last3/a/square: 25.6667' in next(tmp_path.glob('*/*.log')).read_text()


@pytest.mark.parametrize('point', ['checkpoint', 'validation'])
@pytest.mark.parametrize('epoch', [1, 4, 6])
def test_resumed_is_as_if_never_killed(tmp_path, epoch, point):
    with pytest.raises(Killed):
        build(tmp_path, f'first_{point}{epoch}', hooks=[Kill(epoch, point)]).train()
    (tmp_path / 'last_epochs.json').unlink(missing_ok=True)
    build(tmp_path, f'second_{point}{epoch}', resume=True).train()
    assert read(tmp_path)['epochs'] == [4, 5, 6]
    assert read(tmp_path)['means'] == {'a/square': pytest.approx(77 / 3)}
    results = json.loads((tmp_path / 'results.json').read_text())['scores']
    assert results['last3/a/square'] == pytest.approx(77 / 3)


def test_a_short_run_says_over_how_many(tmp_path):
    runner = build(tmp_path, 'short', epochs=2, number=10)
    runner.train()
    assert read(tmp_path)['means'] == {'a/square': 2.5}
    assert 'val/last2/a/square' in runner.message_hub.log_scalars
    # the same name again in one process starts from nothing
    build(tmp_path, 'short', epochs=2, number=10).train()
    assert read(tmp_path)['epochs'] == [1, 2]


def test_validation_without_training_is_left_alone(tmp_path):
    assert build(tmp_path, 'alone').val() == {'a/square': 0., 'a/table': 'text'}
    assert not (tmp_path / 'last_epochs.json').exists()


def test_only_the_last_epochs_need_a_validation(tmp_path):
    build(tmp_path, 'begin', val_begin=4).train()
    assert read(tmp_path)['epochs'] == [4, 5, 6]


@pytest.mark.parametrize(('options', 'message'), [
    (dict(val_interval=2), 'each of the epochs 4 to 6, but train_cfg has val_interval=2'),
    (dict(val_begin=5), 'val_begin=5. Give val_interval=1 and val_begin=4 or less'),
    (dict(by_epoch=False, max_epochs=None, max_iters=5), 'needs train_cfg=.*EpochBasedTrainLoop')])
def test_runs_that_it_is_not_made_for(tmp_path, options, message):
    runner = build(tmp_path, 'wrong' + str(len(message)))
    if 'max_iters' in options:
        runner._train_loop = dict(by_epoch=False, max_iters=5)
    else:
        runner._train_loop.update(options)
    with pytest.raises(ValueError, match=message):
        runner.train()


def test_number():
    with pytest.raises(ValueError, match='number must be 1 or more, not 0'):
        LastEpochsMeanHook(0)


def test_a_score_that_some_epochs_lack_has_no_mean_and_nan_stays():
    nan = float('nan')
    means = mean_scores({1: dict(a=1., b=1., c=1.), 2: dict(b=nan, c=2.)})
    assert means['c'] == 1.5 and means['b'] != means['b'] and 'a' not in means
