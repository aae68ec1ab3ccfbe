"""The registered metric of boundaries."""

import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation.functional.boundary import best_f, boundary_counts, f_measure
from mmmtl.registry import METRICS

THRESHOLDS = [.25, .5, .75]


def sample(pred, truth):
    found = dict(img_path='a.png')
    for name, values in (('pred', pred), ('gt', truth)):
        if values is not None:
            found[f'{name}_boundary_map'] = dict(data=torch.from_numpy(values)[None].float())
    return found


def frames(n=3):
    chance = np.random.default_rng(0)
    found = []
    for i in range(n):
        truth = np.zeros((30, 40))
        truth[5 + i] = 1
        pred = .2 * chance.random((30, 40))
        pred[6 + i, :30] = (.9, .6, .4)[i]
        pred[20] = (.45, .45, 0)[i]
        found.append((pred, truth))
    return found


def evaluate(samples, batch=2):
    metric = METRICS.build(dict(type='mmmtl.BoundaryMetric', thresholds=3, max_dist=.04))
    for start in range(0, len(samples), batch):
        metric.process({}, samples[start:start + batch])
    return metric.evaluate(len(samples))


def test_from_counts_of_images():
    counts = [boundary_counts(np.float32(pred), truth, THRESHOLDS, .04)
              for pred, truth in frames()]
    best = sum(one[f_measure(one).argmax()] for one in counts)
    scores = evaluate([sample(*frame) for frame in frames()])
    assert scores == pytest.approx({'boundary/odsF': 100 * best_f(sum(counts)),
                                    'boundary/oisF': 100 * float(f_measure(best))})
    assert 10 < scores['boundary/odsF'] < scores['boundary/oisF'] < 99


def test_a_right_prediction():
    _, truth = frames()[0]
    assert evaluate([sample(truth, truth)]) == {'boundary/odsF': 100, 'boundary/oisF': 100}


def test_any_split_and_frames_without_truth():
    samples = [sample(*frame) for frame in frames()]
    nothing = sample(frames()[0][0], None)
    unknown = sample(frames()[0][0], np.full((30, 40), np.nan))
    assert evaluate(samples, 1) == evaluate(samples, 3) == evaluate([nothing, *samples, unknown])
    assert all(math.isnan(value) for value in evaluate([nothing, unknown]).values())


def test_broken_predictions_are_named(caplog):
    pred, truth = frames()[0]
    pred[3, 3] = np.nan
    assert all(math.isnan(value) for value in evaluate([sample(pred, truth)]).values())
    truth[3, 3] = np.nan
    assert not any(math.isnan(value) for value in evaluate([sample(pred, truth)]).values())


@pytest.mark.parametrize('options', [dict(thresholds=0), dict(max_dist=0)])
def test_impossible_options(options):
    with pytest.raises(ValueError, match='thresholds must be at least 1'):
        METRICS.build(dict(type='mmmtl.BoundaryMetric', **options))


def test_thresholds_of_the_benchmark():
    metric = METRICS.build(dict(type='mmmtl.BoundaryMetric'))
    np.testing.assert_allclose(metric.thresholds, np.arange(1, 100) / 100)
