"""The registered depth metric."""

import numpy as np
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


NAN = float('nan')


def brute_force(preds, truths, size):
    """The authors' way: masks and means of one batch after the other, in numpy."""
    absolute, relative = [], []
    for start in range(0, len(preds), size):
        pred, truth = preds[start:start + size], truths[start:start + size]
        mask = truth > 0  # NaN is not
        if mask.any():
            error = np.abs(pred - truth)[mask]
            absolute.append(error.sum() / mask.sum())
            relative.append((error / truth[mask]).sum() / mask.sum())
    return np.mean(absolute), np.mean(relative)


@pytest.mark.parametrize('kind', ['metric', 'inverse'])
@pytest.mark.parametrize('size', [1, 2, 3])
def test_per_batch(kind, size):
    draw = np.random.default_rng(size)
    truths = draw.uniform(.1, 9, (7, 1, 4, 5))
    truths[draw.random(truths.shape) < draw.uniform(0, 1, (7, 1, 1, 1))] = NAN
    truths[4] = NAN  # with size 1 a batch without any measurement
    truths[:, 0, 0, 0] = 0  # infinitely far, and no metric depth
    preds = np.nan_to_num(truths) + draw.uniform(-1, 1, truths.shape)
    field = {'inverse': 'inverse_depth_map', 'metric': 'depth_map'}[kind]
    metric = DepthMetric(kind, per_batch=True, min_depth=1e-6)  # leaves 0 out of both
    for _ in range(2):  # the second evaluation does not remember the first
        for start in range(0, 7, size):
            metric.process(None, [{
                f'pred_{field}': {'data': torch.from_numpy(p)},
                f'gt_{field}': {'data': torch.from_numpy(t)},
            } for p, t in zip(preds[start:start + size], truths[start:start + size], strict=True)])
        assert len(metric.results) == 7
        scores = metric.evaluate(7)
        assert metric.results == []
        found = scores['depth/mae_per_batch'], scores['depth/abs_rel_per_batch']
        assert found == pytest.approx(brute_force(preds, truths, size), rel=1e-9)
    mask = truths > 0
    error = np.abs(preds - truths)[mask]
    assert scores['depth/abs_rel'] == pytest.approx(np.mean(error / truths[mask]))
    assert scores['depth/mae'] == pytest.approx(error.mean())


def test_per_batch_of_inverse_depth_with_the_sky():
    scores = one('inverse', [1., 3., 7.], [0., 2., NAN], per_batch=True)
    assert scores['d/mae_per_batch'] == scores['d/mae'] == 1  # the sky is a pixel
    assert scores['d/abs_rel_per_batch'] == scores['d/abs_rel'] == .5  # but divides nothing


def test_per_batch_is_nan_with_the_rest():
    assert np.isnan(list(one('metric', [NAN, 1.], [1., 1.], per_batch=True).values())).all()
    assert np.isnan(list(one('inverse', [1.], [NAN], per_batch=True).values())).all()
