"""What metrics of label maps share: one record for each frame, missing labels, errors, batches."""

import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation import CityscapesSemanticMetric, PanopticQualityMetric
from mmmtl.registry import METRICS
from mmmtl.testing.toy_predictions import perturbed_sample

META = dict(classes=('road', 'car', 'person'), thing_classes=('car', 'person'))
BOTH = pytest.mark.parametrize('cls', [CityscapesSemanticMetric, PanopticQualityMetric])


def sample(seed: int, *without: str) -> dict:
    chance = np.random.default_rng(seed)
    semantic = chance.choice([0, 1, 2, 255], (3, 4)).repeat(4, 0).repeat(4, 1)
    instance = np.where(np.isin(semantic, [1, 2]), semantic * 1000, 0)
    found = perturbed_sample(f'city/{seed}.png', semantic, instance, (1, 2), 3, seed)
    return {key: value for key, value in found.items() if key not in without}


def run(cls, samples, batch=1, **options):
    metric = cls(**options)
    metric.dataset_meta = META
    for start in range(0, len(samples), batch):
        metric.process({}, samples[start:start + batch])
    assert len(metric.results) == len(samples)
    return metric.evaluate(len(samples))


@BOTH
def test_registered_by_name(cls):
    assert METRICS.get(f'mmmtl.{cls.__name__}') is cls


@BOTH
def test_batches_and_order_change_no_bit(cls):
    samples = [sample(i) for i in range(5)]
    found = run(cls, samples)
    assert found == run(cls, samples[::-1], batch=3)
    assert len({key.split('/')[0] for key in found}) == 1


@BOTH
def test_unlabelled_frames_leave_a_record_and_change_nothing(cls):
    unlabelled = [sample(5, 'gt_sem_seg'), sample(6, 'gt_sem_seg', cls.pred_field)]
    assert run(cls, [sample(0), *unlabelled]) == run(cls, [sample(0)])


@BOTH
@pytest.mark.parametrize('count', [0, 2])
def test_nothing_labelled_is_nan_with_a_warning(cls, count, caplog_messages):
    scores = run(cls, [sample(i, 'gt_sem_seg') for i in range(count)])
    assert all(math.isnan(value) for value in scores.values())
    assert f'none of {count} images has gt_sem_seg' in caplog_messages()


def test_a_frame_without_instance_map_has_no_panoptic_truth():
    assert run(PanopticQualityMetric, [sample(0), sample(1, 'gt_instance_map')]) == run(
        PanopticQualityMetric, [sample(0)])


def test_a_frame_without_instance_map_counts_for_iou_only():
    both = run(CityscapesSemanticMetric, [sample(0), sample(1, 'gt_instance_map')])
    one = run(CityscapesSemanticMetric, [sample(0)])
    assert both['semantic/iIoU_class'] == one['semantic/iIoU_class']
    assert both['semantic/IoU_class'] != one['semantic/IoU_class']


@BOTH
def test_a_missing_prediction_is_named(cls):
    with pytest.raises(KeyError, match=rf'3\.png has no {cls.pred_field}.*{cls.remedy[:12]}'):
        run(cls, [sample(3, cls.pred_field)])


@BOTH
def test_another_size_is_named(cls):
    small = {**sample(4), cls.pred_field: dict(data=torch.zeros(1, 2, 2, dtype=torch.int32))}
    with pytest.raises(ValueError, match=r'4\.png, pred.*\(2, 2\).*gt_sem_seg has \(12, 16\)'):
        run(cls, [small])


@BOTH
@pytest.mark.parametrize('absent', ['classes', 'thing_classes'])
def test_the_data_set_has_to_say(cls, absent):
    metric = cls()
    metric.dataset_meta = {key: value for key, value in META.items() if key != absent}
    with pytest.raises(KeyError, match=rf'{cls.__name__} needs {absent} .*metainfo=dict'):
        metric.process({}, [sample(0)])
        metric.evaluate(1)
