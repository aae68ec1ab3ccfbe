"""What all pixel metrics share, shown on two of them."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmtl.evaluation import DepthMetric, InstanceVectorMetric
from mmmtl.registry import METRICS

NAN = float('nan')


def sample(seed: int, labelled: bool = True, **changes) -> dict:
    """A data sample as mmengine hands it to metrics."""
    draw = torch.Generator().manual_seed(seed)
    truth = torch.rand(1, 3, 4, generator=draw) * 10
    truth[torch.rand(1, 3, 4, generator=draw) < 0.3] = NAN
    fields = {
        'img_path': f'{seed}.png',
        'pred_inverse_depth_map': {'data': torch.rand(1, 3, 4, generator=draw) * 10},
        'gt_inverse_depth_map': {'data': truth},
    }
    if not labelled:
        del fields['gt_inverse_depth_map']
    return {**fields, **changes}


def score(batches: list[list[dict]]) -> dict:
    metric = DepthMetric('inverse')
    for batch in batches:
        metric.process(None, batch)
    return metric.evaluate(sum(map(len, batches)))


def test_built_from_the_registry_with_a_prefix():
    metric = METRICS.build({'type': 'mmmtl.InstanceVectorMetric', 'prefix': 'votes'})
    assert isinstance(metric, InstanceVectorMetric)
    assert set(metric.compute_metrics([])) == {'mae', 'epe'}
    assert set(METRICS.build({'type': 'mmmtl.DepthMetric', 'kind': 'metric'}).evaluate(0)) == {
        f'depth/{key}'
        for key in ('rmse', 'mae', 'abs_rel', 'log10', 'delta1', 'delta2', 'delta3')
    }


@settings(max_examples=25, deadline=None)
@given(
    labelled=st.lists(st.booleans(), min_size=1, max_size=7),
    cuts=st.sets(st.integers(1, 6)))
def test_any_split_into_batches_is_equal(labelled, cuts):
    samples = [sample(i, flag) for i, flag in enumerate(labelled)]
    limits = [0, *sorted(cut for cut in cuts if cut < len(samples)), len(samples)]
    batches = [samples[a:b] for a, b in zip(limits, limits[1:], strict=False)]
    assert score(batches) == pytest.approx(score([samples]), rel=0, abs=0, nan_ok=True)


def test_every_sample_leaves_one_record_and_unlabelled_ones_change_nothing():
    metric = DepthMetric('inverse')
    metric.process(None, [sample(0), sample(1, labelled=False), sample(2)])
    assert len(metric.results) == 3
    assert metric.evaluate(3) == score([[sample(0), sample(2)]])


def test_empty_frame_does_not_spread_nan():
    empty = sample(1, gt_inverse_depth_map={'data': torch.full((1, 3, 4), NAN)})
    assert score([[sample(0), empty]]) == score([[sample(0)]])


def test_nothing_labelled_is_nan_with_a_warning(caplog_messages):
    scores = score([[sample(0, labelled=False)]])
    assert all(math.isnan(value) for value in scores.values())
    assert 'none of 1 images has a valid pixel in gt_inverse_depth_map' in caplog_messages()


def test_broken_prediction_is_nan_and_names_the_image(caplog_messages):
    broken = sample(7, pred_inverse_depth_map={'data': torch.full((1, 3, 4), NAN)})
    scores = score([[sample(0), broken]])
    assert all(math.isnan(value) for value in scores.values())
    assert '1 of 2 images' in caplog_messages() and '7.png' in caplog_messages()


def test_missing_prediction_names_image_and_field():
    without = sample(3)
    del without['pred_inverse_depth_map']
    with pytest.raises(KeyError, match=r'3\.png has gt_inverse.* but no pred_inverse_depth_map'):
        score([[without]])


def test_shapes_that_differ_are_named():
    other = sample(3, pred_inverse_depth_map={'data': torch.zeros(1, 6, 8)})
    with pytest.raises(ValueError, match=r'3\.png.*\(1, 6, 8\).*\(1, 3, 4\)'):
        score([[other]])


def test_misleading_task_name_is_warned_about(caplog_messages):
    DepthMetric('inverse', prefix='depth_map')
    assert "rule='less'" in caplog_messages()
