"""The registered metric of normals."""

import math
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.evaluation import SurfaceNormalMetric
from mmmtl.evaluation.functional import angular_errors
from mmmtl.registry import METRICS

NAN = float('nan')
KEYS = ('mean', 'median', 'within_11.25', 'within_22.5', 'within_30')


def sample(seed, labelled=True, size=(5, 7)):
    draw = torch.Generator().manual_seed(seed)
    truth = torch.nn.functional.normalize(torch.randn(3, *size, generator=draw), dim=0)
    pred = truth + 0.3 * torch.randn(3, *size, generator=draw)
    truth[:, torch.rand(size, generator=draw) < 0.3] = NAN
    fields = {'img_path': f'{seed}.png', 'pred_normal_map': {'data': pred}}
    return {**fields, 'gt_normal_map': {'data': truth}} if labelled else fields


def score(batches, **options):
    metric = SurfaceNormalMetric(**options)
    for batch in batches:
        metric.process(None, batch)
    return metric.evaluate(sum(map(len, batches)))


def errors_of(samples):
    return np.concatenate([
        angular_errors(s['pred_normal_map']['data'], s['gt_normal_map']['data'])
        for s in samples if 'gt_normal_map' in s] or [np.zeros(0)])


def test_all_pixels_of_the_set():
    samples = [sample(i, labelled=i != 3) for i in range(6)]
    found, errors = score([samples[:2], samples[2:]]), errors_of(samples)
    assert list(found) == [f'normal/{key}' for key in KEYS]
    assert found['normal/mean'] == pytest.approx(errors.mean())
    assert found['normal/median'] == pytest.approx(np.median(errors), abs=0.005)
    assert found['normal/within_11.25'] == pytest.approx(100 * (errors < 11.25).mean())


@settings(max_examples=25, deadline=None)
@given(labelled=st.lists(st.booleans(), min_size=1, max_size=7),
       cuts=st.sets(st.integers(1, 6)))
def test_any_split_into_batches_is_equal(labelled, cuts):
    samples = [sample(i, flag) for i, flag in enumerate(labelled)]
    limits = [0, *sorted(cut for cut in cuts if cut < len(samples)), len(samples)]
    batches = [samples[a:b] for a, b in zip(limits, limits[1:], strict=False)]
    assert score(batches) == pytest.approx(score([samples]), rel=0, abs=0, nan_ok=True)


def test_a_cut_last_record_is_not_counted():
    """As mmengine cuts the images that fill up the ranks' shares."""
    metric = SurfaceNormalMetric()
    metric.process(None, [sample(0), sample(1), sample(2)])
    assert metric.evaluate(2) == score([[sample(0), sample(1)]])


def test_memory_does_not_grow_with_the_set():
    metric = SurfaceNormalMetric()
    for i in range(40):
        metric.process(None, [sample(i)])
    assert len(metric.results) == 40
    assert len(pickle.dumps(metric.results)) < 2 * 18001 * 8 + 40 * 200


def test_means_over_batches_as_the_authors_of_mtan_take_them():
    batches = [[sample(0), sample(1, size=(9, 9))], [sample(2, labelled=False)] * 2, [sample(3)]]
    found = score(batches, per_batch=True)
    errors = [errors_of(batch) for batch in (batches[0], batches[2])]
    assert found['normal/mean_per_batch'] == pytest.approx(np.mean([e.mean() for e in errors]))
    assert found['normal/median_per_batch'] == pytest.approx(
        np.mean([np.median(e) for e in errors]), abs=0.005)
    assert found['normal/within_30_per_batch'] == pytest.approx(
        np.mean([100 * (e < 30).mean() for e in errors]))
    plain = score(batches)
    assert {key: found[key] for key in plain} == plain and len(found) == 10


def test_batches_are_those_of_one_process():
    """Two ranks take frames in turn; mmengine gathers their records in the order of the set."""
    samples = [sample(i, labelled=i != 3, size=(4 + i, 5)) for i in range(7)]
    expected = score([samples[:2], samples[2:4], samples[4:6], samples[6:]], per_batch=True)
    ranks = [SurfaceNormalMetric(per_batch=True) for _ in range(2)]
    for rank, metric in enumerate(ranks):
        own = [*samples, samples[0]][rank::2]
        for batch in (own[:2], own[2:]):
            metric.process(None, batch)
    gathered = [record for pair in zip(*(m.results for m in ranks), strict=True) for record in pair]
    found = ranks[0].compute_metrics(gathered[:7])
    assert {f'normal/{key}': value for key, value in found.items()} == expected


def test_a_prediction_that_is_not_finite(caplog_messages):
    broken = sample(1)
    broken['pred_normal_map']['data'][:] = NAN
    found = score([[sample(0), broken]], per_batch=True)
    assert len(found) == 10 and all(math.isnan(value) for value in found.values())
    assert '1.png' in caplog_messages()


def test_no_truth_at_all(caplog_messages):
    found = score([[sample(0, labelled=False)]], per_batch=True)
    assert len(found) == 10 and all(math.isnan(value) for value in found.values())
    assert 'none of 1 images has a valid pixel in gt_normal_map' in caplog_messages()


def test_from_the_registry():
    metric = METRICS.build(dict(type='mmmtl.SurfaceNormalMetric', prefix='n'))
    metric.process(None, [sample(0)])
    assert list(metric.evaluate(1)) == [f'n/{key}' for key in KEYS]
