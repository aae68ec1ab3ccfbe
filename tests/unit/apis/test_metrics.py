"""Metrics of tasks without a head are refused before training."""

from unittest.mock import patch

import pytest
from mmengine.registry import init_default_scope

from mmmtl.apis.metrics import check_evaluators
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

init_default_scope('mmseg')
SEMANTIC = dict(type='mmmtl.SemanticIoUMetric', prefix='semantic')
DEPTH = dict(type='mmmtl.DepthMetric', kind='inverse', prefix='depth')
METRES = dict(type='mmmtl.DepthMetric', kind='metric', prefix='depth')


def model(**changes):
    return MODELS.build(toy_model_cfg(**changes))


def test_metrics_of_the_heads_pass():
    check_evaluators(model(), dict(
        val_evaluator=[SEMANTIC, DEPTH], test_evaluator=SEMANTIC, other=None))
    check_evaluators(model(), dict(val_evaluator=dict(type='IoUMetric')))  # the host's own


@pytest.mark.parametrize('metric, message', [
    (DEPTH, "val_evaluator has DepthMetric of task 'depth', which scores pred_inverse_depth_map"),
    (METRES, r"scores pred_depth_map, but the heads predict \['pred_sem_seg'\]"),
])
def test_a_metric_without_a_head_is_named(metric, message):
    with pytest.raises(KeyError, match=message):
        check_evaluators(model(task_heads=None), dict(val_evaluator=[SEMANTIC, metric]))


def test_inverse_and_metric_depth_are_not_confused():
    with pytest.raises(KeyError, match='pred_depth_map'):
        check_evaluators(model(), dict(test_evaluator=METRES))


def test_hosts_models_are_left_alone():
    check_evaluators(MODELS.build(toy_model_cfg()['decode_head']), dict(val_evaluator=DEPTH))


def test_panoptic_scores_need_instance_clustering():
    panoptic = dict(test_evaluator=dict(type='mmmtl.PanopticQualityMetric'))
    clustered = [model(instance_clustering=dict(type='mmmtl.DBSCANClustering', panoptic=panoptic))
                 for panoptic in (True, False)]
    check_evaluators(clustered[0], panoptic)
    for other in (clustered[1], model()):
        with pytest.raises(KeyError, match='scores pred_panoptic_map.*instance_clustering'):
            check_evaluators(other, panoptic)


def test_metrics_within_delta_m_are_looked_at():
    within = dict(type='mmmtl.DeltaM', task_metrics=[SEMANTIC, DEPTH], baseline={'depth/mae': 1.0})
    check_evaluators(model(), dict(val_evaluator=[within]))
    with pytest.raises(KeyError, match='DepthMetric.*pred_inverse_depth_map'):
        check_evaluators(model(task_heads=None), dict(val_evaluator=within))


def warnings_of(evaluators, **changes):
    with patch('mmmtl.apis.metrics.print_log') as log:
        check_evaluators(model(**changes), evaluators)
    return [call.args[0] for call in log.call_args_list]


@pytest.mark.parametrize('prefix', ['dept', 'semantic'])
def test_a_prefix_that_is_not_the_name_of_the_task_is_warned_of(prefix):
    wrong = dict(DEPTH, prefix=prefix)
    for metrics in ([SEMANTIC, wrong], [SEMANTIC, dict(
            type='mmmtl.DeltaM', task_metrics=[wrong], baseline={f'{prefix}/mae': 1.0})]):
        warning, = warnings_of(dict(val_evaluator=metrics))
        assert f'val_evaluator has DepthMetric of task {prefix!r}' in warning
        assert "pred_inverse_depth_map, which it scores, is predicted by task 'depth'" in warning
        assert warning.endswith("Write prefix='depth'")


def test_prefixes_of_their_own_are_fine():
    assert not warnings_of(dict(val_evaluator=[SEMANTIC, DEPTH]))
    assert not warnings_of(dict(val_evaluator=[DEPTH, dict(DEPTH, prefix='far_depth')]))
    assert not warnings_of(
        dict(val_evaluator=[
            SEMANTIC, dict(type='mmmtl.PanopticQualityMetric', prefix='pq'),
            dict(type='mmmtl.DecathlonMetric'),
            dict(type='mmmtl.DeltaM', prefix='delta', task_metrics=[DEPTH],
                 baseline={'depth/mae': 1.0})]),
        instance_clustering=dict(type='mmmtl.DBSCANClustering'))
