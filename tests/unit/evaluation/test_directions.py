"""Whether more of a score is better, from what metrics state."""

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmseg.evaluation import DepthMetric, IoUMetric

from mmmtl.evaluation.directions import (
    is_higher_better,
    is_of_one_part,
    keys_for_mmengine,
    score_of,
    stated_scores,
    task_of,
)
from mmmtl.registry import METRICS


@pytest.mark.parametrize(('key', 'higher'), [
    ('attr/accuracy', True), ('attr/accuracy_top5', True), ('decathlon/score', True),
    ('decathlon/accuracy/mean', True), ('decathlon/accuracy/aircraft', True),
    ('kitti/depth/rmse', False), ('multi_task/delta_m', True), ('multi_task/delta_m/normal', True),
    ('anything/delta_m_metrics', False), ('instance/AP50_from_100px/car', True),
    ('instance/AP_16_to_100px', True), ('IoU.car', True), ('depth/d1', True), ('silog', False),
    ('accuracy/mae', False), ('depth_map/rmse', False), ('last10/kitti/depth/abs_rel', False)])
def test_directions(key, higher):
    assert is_higher_better(key) is higher


@pytest.mark.parametrize(('key', 'close'), [('depth/rmsee', 'rmse'), ('semantic/mIou', 'mIoU'),
                                            ('attr/acuracy', 'accuracy')])
def test_nothing_is_guessed(key, close):
    with pytest.raises(KeyError, match=f"{key}: whether .* did you mean '{close}'"):
        is_higher_better(key)
    with pytest.raises(KeyError, match='not known; A metric states it'):
        is_higher_better('image/AP75x')


def test_the_hosts_metrics_give_what_is_said_of_them():
    """mmseg's own do not state it."""
    stated = stated_scores()
    assert set(DepthMetric.METRICS) == set(stated['mmseg.DepthMetric'])
    for options in (['mIoU'], ['mDice'], ['mFscore']):
        found = IoUMetric.total_area_to_metrics(*[torch.ones(2)] * 4, options)
        assert {name if name == 'aAcc' else f'm{name}' for name in found} <= set(
            stated['mmseg.IoUMetric'])


def test_a_plugins_metric_states_its_own():
    class Sharpness(BaseMetric):
        score_directions = {'sharpness': 'higher', 'mae': 'higher'}

    METRICS.register_module(name='SharpnessOfATest', module=Sharpness)
    try:
        assert is_higher_better('image/sharpness')
        with pytest.raises(KeyError, match=r"depth/mae: metrics state both .* \['mae'\]"):
            is_higher_better('depth/mae')
        Sharpness.score_directions = {'sharpness': 'up'}
        with pytest.raises(ValueError, match=r"Sharpness.score_directions: .* \{.*: 'up'\}"):
            is_higher_better('image/sharpness')
    finally:
        del METRICS.module_dict['SharpnessOfATest']


def test_names():
    assert task_of('last10/kitti/depth/rmse') == 'kitti/depth' and task_of('mIoU') == ''
    assert task_of('a/odd') == 'a' and score_of('instance/AP50/car') == 'AP50/car'
    assert score_of('last5/depth/mae') == 'mae'
    parts = ('instance/AP/car', 'decathlon/accuracy/dtd', 'multi_task/delta_m/depth')
    assert all(map(is_of_one_part, parts))
    assert not any(map(is_of_one_part, ('decathlon/accuracy/mean', 'a/b/mae', 'attr/accuracy')))


def test_keys_for_mmengine():
    assert '/within_11.25' in keys_for_mmengine('higher')
    assert 'multi_task/delta_m_metrics' in keys_for_mmengine('lower')
