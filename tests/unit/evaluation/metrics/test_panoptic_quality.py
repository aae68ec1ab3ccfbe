"""Keys, means and table of the panoptic quality."""

import math

import pytest
import torch

from mmmtl.evaluation import PanopticQualityMetric


@pytest.fixture
def scored(caplog_messages):
    """Two thirds of the road, one of two cars; no person."""
    metric = PanopticQualityMetric()
    metric.dataset_meta = dict(classes=('road', 'car', 'person'), thing_classes=('car', 'person'))
    metric.process({}, [dict(
        pred_panoptic_map=dict(data=torch.tensor([[[0, 0, -1, 1001, -1]]])),
        gt_sem_seg=dict(data=torch.tensor([[[0, 0, 0, 1, 1]]])),
        gt_instance_map=dict(data=torch.tensor([[[0, 0, 0, 26000, 26001]]])))])
    return metric.evaluate(1), caplog_messages()


def test_keys(scored):
    parts = [score + part for part in ('', '_things', '_stuff') for score in ('PQ', 'SQ', 'RQ')]
    assert list(scored[0]) == [
        f'panoptic/{key}' for key in (*parts, 'PQ/road', 'PQ/car', 'PQ/person')]


def test_means_leave_out_absent_classes(scored):
    scores = {key.removeprefix('panoptic/'): value for key, value in scored[0].items()}
    assert scores['PQ/road'] == scores['PQ_stuff'] == pytest.approx(200 / 3)
    assert scores['PQ/car'] == scores['PQ_things'] == pytest.approx(200 / 3)
    assert math.isnan(scores['PQ/person'])
    assert scores['SQ'] == pytest.approx((200 / 3 + 100) / 2)
    assert scores['RQ'] == pytest.approx((100 + 200 / 3) / 2)


def test_the_log_has_a_table(scored):
    [row] = [line for line in scored[1].splitlines() if ' car ' in line]
    assert row.replace('|', '').split() == ['car', '66.67', '100.00', '66.67']
