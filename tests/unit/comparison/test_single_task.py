"""Single-task configs, and the tasks of a config."""

import pytest
import torch
from mmengine.config import Config
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.comparison import single_task_config, tasks_of
from mmmtl.comparison.single_task import flat_metrics
from mmmtl.registry import MODELS


def build(cfg, task):
    return MODELS.build(single_task_config(cfg, task).model)


def test_tasks(cfg):
    assert tasks_of(cfg.model) == ['semantic', 'instance', 'depth']
    cfg.model.task_heads.instance = None
    cfg.model.decode_task = 'classes'
    assert tasks_of(cfg.model) == ['classes', 'depth']
    cfg.model.type = 'EncoderDecoder'
    with pytest.raises(ValueError, match="'EncoderDecoder'.*MultiTaskSegmentor"):
        tasks_of(cfg.model)


@pytest.mark.parametrize('task', ['semantic', 'instance', 'depth'])
def test_one_head_as_it_is_beside_the_others(cfg, task):
    """The same network as the task's own branch: same parameters, and no others."""
    several, one = MODELS.build(cfg.model), build(cfg, task)
    branch = {name.replace(f'task_heads.{task}', 'decode_head'): p.shape
              for name, p in several.named_parameters()
              if name.startswith(('backbone', f'task_heads.{task}'))
              or task == 'semantic' and name.startswith(('decode_head', 'auxiliary_head'))}
    assert {name: p.shape for name, p in one.named_parameters()} == branch
    assert list(one.heads) == [task]
    assert set(one.loss_weighting.state()['weight']) == {task}


def test_it_trains(cfg):
    model = build(cfg, 'depth')
    sample = SegDataSample(metainfo=dict(img_shape=(64, 64), pad_shape=(64, 64)))
    sample.gt_inverse_depth_map = PixelData(data=torch.rand(1, 64, 64))
    losses = model.loss(torch.rand(2, 3, 64, 64), [sample, sample])
    assert losses['loss_depth'].item() == pytest.approx(float(losses['raw/depth']))


def test_metrics_of_the_task_only(cfg):
    for task, kind in (('semantic', 'SemanticIoU'), ('instance', 'InstanceVector'),
                       ('depth', 'Depth')):
        single = single_task_config(cfg, task)
        for evaluator in (single.val_evaluator, single.test_evaluator):
            assert [m['type'] for m in evaluator] == [f'mmmtl.{kind}Metric']


def test_metrics_within_others(cfg):
    metrics = list(cfg.val_evaluator)
    for evaluator in (metrics, dict(metrics=metrics),
                      [dict(type='mmmtl.DeltaM', task_metrics=metrics, baseline='x.json')]):
        assert flat_metrics(evaluator) == metrics
    cfg.val_evaluator = dict(type='IoUMetric', iou_metrics=['mIoU'])
    assert single_task_config(cfg, 'semantic').val_evaluator == [cfg.val_evaluator]
    with pytest.raises(ValueError, match="'depth' predicts pred_inverse_depth_map, which none"):
        single_task_config(cfg, 'depth')


def test_a_score_of_all_domains_together_is_refused_with_the_reason(repo_root):
    decathlon = Config.fromfile(repo_root / 'configs/mtan/mtan_wrn28-4_decathlon_72x72.py')
    with pytest.raises(ValueError, match="'aircraft' has no score of its own: a DecathlonM"):
        single_task_config(decathlon, 'aircraft')
    decathlon.val_evaluator = decathlon.test_evaluator = [
        dict(type='mmmtl.ImageClassificationMetric', field=task, prefix=task)
        for task in ('aircraft', 'dtd')]
    assert single_task_config(decathlon, 'dtd').val_evaluator == decathlon.val_evaluator[1:]


def test_balancers_clustering_and_optional_labels_go(cfg):
    cfg.optim_wrapper = dict(cfg.optim_wrapper, type='mmmtl.MultiTaskOptimWrapper',
                             balancer=dict(type='PCGrad'), log_interval=3)
    cfg.model.unlabelled_tasks = ['instance', 'depth']
    cfg.model.instance_clustering = dict(type='mmmtl.OPTICSClustering')
    single = single_task_config(cfg, 'depth')
    assert set(single.optim_wrapper) == {'type', 'optimizer', 'clip_grad'}
    assert single.model.unlabelled_tasks == ['depth']
    assert single.model.instance_clustering is None


def test_unknown_task(cfg):
    with pytest.raises(KeyError, match="no task 'normals'; the tasks are"):
        single_task_config(cfg, 'normals')


def test_an_image_level_task(cfg):
    cfg.model.task_heads['age'] = dict(
        type='mmmtl.ImageRegressionHead', in_channels=32, in_index=3)
    cfg.val_evaluator = [*cfg.val_evaluator, dict(type='mmmtl.ImageRegressionMetric', field='age')]
    cfg.test_evaluator = cfg.val_evaluator
    single = single_task_config(cfg, 'age')
    assert [m['type'] for m in single.val_evaluator] == ['mmmtl.ImageRegressionMetric']
    assert list(build(cfg, 'age').heads) == ['age']
