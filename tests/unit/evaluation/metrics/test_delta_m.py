"""Δm as a metric beside others."""

import json

import pytest
import torch
from mmengine.evaluator import BaseMetric, Evaluator
from mmengine.hooks import CheckpointHook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from mmmtl.registry import METRICS


class Given(BaseMetric):
    """Gives the scores that it was made with."""

    def __init__(self, prefix, **scores):
        super().__init__(prefix=prefix)
        self.scores = scores

    def process(self, data_batch, data_samples):
        self.results += [self.dataset_meta['number']] * len(data_samples)

    def compute_metrics(self, results):
        return {**self.scores, 'count': sum(results)}


def make(baseline, **kwargs):
    metrics = [Given('semantic', mIoU=44.0), Given('depth', rmse=0.7)]
    return METRICS.build(dict(
        type='mmmtl.DeltaM', task_metrics=metrics, baseline=baseline, **kwargs))


@pytest.mark.parametrize('from_file', [False, True])
def test_adds_to_the_scores(tmp_path, from_file):
    baseline = {'semantic/mIoU': 40.0, 'depth/rmse': 1.0}
    if from_file:
        (tmp_path / 'b.json').write_text(json.dumps(baseline))
        baseline = str(tmp_path / 'b.json')
    evaluator = Evaluator([make(baseline)])
    evaluator.dataset_meta = dict(number=2)
    evaluator.process([dict(), dict(), dict()])
    scores = evaluator.evaluate(3)
    assert scores == pytest.approx({
        'semantic/mIoU': 44.0, 'depth/rmse': 0.7, 'semantic/count': 6, 'depth/count': 6,
        'multi_task/delta_m': 20.0, 'multi_task/delta_m_metrics': -20.0,
        'multi_task/delta_m/semantic': 10.0, 'multi_task/delta_m/depth': 30.0})
    evaluator.process([dict()])
    assert evaluator.evaluate(1)['depth/count'] == 2, 'a second round starts anew'


def test_save_best_knows_the_directions():
    keys = ['multi_task/delta_m', 'multi_task/delta_m_metrics', 'multi_task/delta_m/depth']
    assert CheckpointHook(save_best=keys).rules == ['greater', 'less', 'greater']


def test_real_metrics_by_config():
    metric = METRICS.build(dict(
        type='mmmtl.DeltaM', baseline={'depth/rmse': 2.0},
        task_metrics=dict(type='mmmtl.DepthMetric', kind='inverse', prefix='depth')))
    field = dict(data=torch.ones(1, 2, 2))
    metric.process(None, [dict(pred_inverse_depth_map=field, gt_inverse_depth_map=dict(
        data=torch.zeros(1, 2, 2)))])
    assert metric.evaluate(1)['multi_task/delta_m'] == pytest.approx(50)


def test_errors_before_training():
    with pytest.raises(FileNotFoundError, match='baseline gone.json does not exist'):
        make('gone.json')
    with pytest.raises(KeyError, match=r"no metric gives \['normals/mae'\].*\['depth', 'semantic'"):
        make({'normals/mae': 1.0})
    with pytest.raises(KeyError, match='DeltaM, baseline: depth/odd: whether higher'):
        make({'depth/odd': 1.0})
    make({'depth/odd': 1.0}, directions={'odd': 'lower'})
    with pytest.raises(ValueError, match='DeltaM, baseline: baseline of depth/rmse is 0'):
        make({'depth/rmse': 0})


def test_a_key_that_no_metric_gives_after_all():
    metric = make({'depth/mae': 1.0})
    metric.dataset_meta = dict(number=1)
    metric.process(None, [dict()])
    with pytest.raises(KeyError, match=r"\['depth/mae'\], but no metric gives"):
        metric.evaluate(1)


class Falling(BaseMetric):
    """An error that falls from call to call: 8, 4, 6."""

    values = (8.0, 4.0, 6.0)
    calls = 0

    def process(self, data_batch, data_samples):
        self.results += list(data_samples)

    def compute_metrics(self, results):
        type(self).calls += 1
        return dict(mae=self.values[type(self).calls - 1])


class Toy(BaseModel):
    """One parameter."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, mode='tensor'):
        return dict(loss=self.weight.sum()) if mode == 'loss' else list(inputs)


def test_in_the_loops_of_training_and_test(tmp_path):
    """``save_best`` takes the second of two validations; the test loop has Δm too."""
    loader = DataLoader([dict(inputs=1.0)] * 2)
    metric = [METRICS.build(dict(type='mmmtl.DeltaM', task_metrics=Falling(prefix='depth'),
                                 baseline={'depth/mae': 5.0}))]
    runner = Runner(
        Toy(), str(tmp_path), train_dataloader=loader, val_dataloader=loader, val_cfg=dict(),
        train_cfg=dict(by_epoch=False, max_iters=2, val_interval=1), val_evaluator=metric,
        test_dataloader=loader, test_evaluator=metric, test_cfg=dict(),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)), default_hooks=dict(
            checkpoint=dict(type='CheckpointHook', interval=9, by_epoch=False, save_last=False,
                            save_best='multi_task/delta_m')), experiment_name='delta_m_loops')
    runner.train()
    assert [path.name for path in tmp_path.glob('best*')] == [
        'best_multi_task_delta_m_iter_2.pth']
    assert runner.test()['multi_task/delta_m_metrics'] == pytest.approx(20)


def test_a_prefix_may_have_slashes():
    """The task of ``kitti/depth/rmse`` was taken to be 'kitti'."""
    metrics = [Given('kitti/depth', rmse=0.8), Given('nyu/depth', odd=3.0)]
    metric = METRICS.build(dict(
        type='mmmtl.DeltaM', task_metrics=metrics, directions=dict(odd='higher'),
        baseline={'kitti/depth/rmse': 1.0, 'nyu/depth/odd': 2.0}))
    metric.dataset_meta = dict(number=1)
    metric.process({}, [{}])
    scores = metric.evaluate(1)
    assert scores['multi_task/delta_m/kitti/depth'] == pytest.approx(20)
    assert scores['multi_task/delta_m'] == pytest.approx(35)
