"""The option that makes a metric fit the heads is named before its removal."""

import pytest
from mmengine.registry import init_default_scope

from mmmtl.apis.metrics import check_evaluators
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

init_default_scope('mmseg')
METRIC = dict(type='mmmtl.DepthMetric', prefix='depth')


def model(**heads):
    return MODELS.build(toy_model_cfg(task_heads=heads))


@pytest.mark.parametrize(('head', 'wrong', 'right'), [
    ('DepthHead', 'inverse', 'metric'), ('InverseDepthHead', 'metric', 'inverse')])
def test_the_other_kind_of_depth(head, wrong, right):
    with pytest.raises(KeyError, match=f"Write kind='{right}' in it, which scores pred_") as error:
        check_evaluators(model(depth=dict(type=f'mmmtl.{head}')),
                         dict(val_evaluator=dict(METRIC, kind=wrong)))
    assert 'Take the metric out' not in str(error.value)


def test_without_any_depth_it_goes():
    with pytest.raises(KeyError, match='Take the metric out of val_evaluator, or add a head'):
        check_evaluators(model(), dict(val_evaluator=dict(METRIC, kind='metric')))


def test_the_field_of_an_image_level_metric():
    with pytest.raises(KeyError, match="Its field must .*; did you mean 'age'"):
        check_evaluators(
            model(age=dict(type='mmmtl.ImageRegressionHead', in_channels=8)),
            dict(val_evaluator=dict(type='mmmtl.ImageRegressionMetric', field='agee')))
