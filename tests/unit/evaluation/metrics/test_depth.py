"""The registered depth metric."""

import pytest
import torch

from mmmtl.evaluation import DepthMetric


def one(kind: str, pred: list, truth: list, **options) -> dict:
    field = {'inverse': 'inverse_depth_map', 'metric': 'depth_map'}[kind]
    metric = DepthMetric(kind, prefix='d', **options)
    metric.process(None, [{
        f'pred_{field}': {'data': torch.tensor([[pred]])},
        f'gt_{field}': {'data': torch.tensor([[truth]])},
    }])
    return metric.evaluate(1)


def test_inverse():
    assert one('inverse', [1., 2.], [1., 5.]) == {'d/mae': 1.5, 'd/rmse': pytest.approx(4.5**0.5)}


def test_metric_perfect():
    scores = one('metric', [1., 2.], [1., 2.])
    assert scores == {
        'd/rmse': 0, 'd/mae': 0, 'd/abs_rel': 0, 'd/log10': 0,
        'd/delta1': 1, 'd/delta2': 1, 'd/delta3': 1}


def test_limits():
    assert one('metric', [2., 9.], [1., 20.], max_depth=10.)['d/mae'] == 1
    assert one('inverse', [2., 9.], [1., 20.], min_depth=10.)['d/mae'] == 11


@pytest.mark.parametrize(('options', 'message'), [
    ({'kind': 'log'}, "'inverse' or 'metric', not 'log'"),
    ({'kind': 'metric', 'max_depth': 0.}, r'max_depth \(0.0\) must be larger'),
])
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        DepthMetric(**options)
