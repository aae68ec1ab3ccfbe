"""Scores that no metric gives are refused before a run."""

import pytest
from mmengine.evaluator import BaseMetric

from mmmtl.evaluation import (
    CityscapesInstanceMetric,
    DecathlonMetric,
    DeltaM,
    DepthMetric,
    ImageClassificationMetric,
    SemanticIoUMetric,
)
from mmmtl.evaluation.given_scores import check_given, may_give


class Plugin(BaseMetric):

    def process(self, data_batch, data_samples):
        """Not needed."""

    def compute_metrics(self, results):
        """Not needed."""


class Longer(DepthMetric):
    """One of ours with more scores, which it does not state."""


@pytest.mark.parametrize(('metric', 'key', 'found'), [
    (DepthMetric('metric'), 'depth/delta1', True), (DepthMetric('inverse'), 'depth/delta1', False),
    (DepthMetric('inverse'), 'depth/abs_rel', False),
    (DepthMetric('metric'), 'last10/depth/mae', True),
    (DepthMetric('inverse', per_batch=True), 'depth/abs_rel', True),
    (DepthMetric('metric', prefix='kitti/depth'), 'kitti/depth/rmse', True),
    (DepthMetric('metric'), 'kitti/rmse', False), (Longer('metric'), 'depth/odd', True),
    (Longer('metric'), 'kitti/odd', False), (Plugin(prefix='p'), 'p/odd', True),
    (Plugin(prefix='p'), 'q/odd', False), (Plugin(), 'odd', True),
    (SemanticIoUMetric(), 'semantic/mDice', False),
    (SemanticIoUMetric(iou_metrics=['mDice']), 'semantic/mDice', True),
    (ImageClassificationMetric('a', topk=(1, 5)), 'a/accuracy_top5', True),
    (ImageClassificationMetric('a', topk=(1, 5)), 'a/accuracy_top3', False),
    (CityscapesInstanceMetric(), 'instance/AP50/car', True),
    (CityscapesInstanceMetric(), 'instance/AP_from_100px', False),
    (CityscapesInstanceMetric(size_bins=[100]), 'instance/AP_from_100px/car', True)])
def test_may_give(metric, key, found):
    assert may_give(metric, key) is found


def test_classes_are_compared_where_they_are_known():
    metric = CityscapesInstanceMetric()
    metric.dataset_meta = dict(classes=('road', 'car'), thing_classes=('car', ))
    check_given('save_best', 'instance/AP50/car', [metric])
    with pytest.raises(KeyError, match=r"'instance/AP50/caar', .* mean 'instance/AP50/car'"):
        check_given('save_best', 'instance/AP50/caar', [metric])


def test_a_score_of_all_ten_data_sets():
    metric = DecathlonMetric()
    assert may_give(metric, 'decathlon/score')
    metric.dataset_meta = dict(domains=dict(dtd={}, svhn={}))
    check_given('save_best', 'decathlon/accuracy/dtd', [metric])
    for key in ('decathlon/score', 'decathlon/accuracy/omniglot'):
        with pytest.raises(KeyError, match=f"save_best names '{key}'"):
            check_given('save_best', key, [metric])


def test_the_message():
    inner = dict(type='mmmtl.DepthMetric', kind='inverse')
    metrics = [DeltaM(inner, {'depth/rmse': 1.0}), SemanticIoUMetric()]
    for key in ('depth/rmse', 'multi_task/delta_m', 'multi_task/delta_m/depth', 'semantic/mIoU'):
        check_given('save_best', key, metrics)
    with pytest.raises(KeyError, match=(
            r"save_best names 'depth/rmsee', but no metric of val_evaluator gives it; did you mean "
            r"'depth/rmse'\? the scores are .*'depth/mae', 'depth/rmse', 'semantic/aAcc'")):
        check_given('save_best', 'depth/rmsee', metrics)
    with pytest.raises(KeyError, match="gives it; DepthMetric gives it with other options; the"):
        check_given('save_best', 'depth/abs_rel', metrics)
    with pytest.raises(KeyError, match="did you mean 'semantic/mIoU'"):
        check_given('save_best', 'mIoU', metrics)
    check_given('save_best', 'odd', [])
