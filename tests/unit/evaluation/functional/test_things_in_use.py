"""Things that are not among the classes, in each metric that asks for things."""

import pytest
import torch

from mmmtl.evaluation import (
    CityscapesInstanceMetric,
    CityscapesSemanticMetric,
    PanopticQualityMetric,
)
from mmmtl.evaluation.functional import things_in_use

CLASSES = ('road', 'car', 'sky')
SAMPLE = {field: dict(data=torch.tensor([[values]])) for field, values in dict(
    gt_sem_seg=[0, 1, 1, 2], pred_sem_seg=[0, 1, 1, 1], gt_instance_map=[0, 9, 9, 0],
    pred_instance_map=[0, 1, 1, 0], pred_panoptic_map=[0, 1001, 1001, 2000]).items()} | dict(
        pred_instances=dict(ids=torch.tensor([1]), labels=torch.tensor([1]),
                            scores=torch.tensor([0.5])))


def test_things_in_use():
    assert things_in_use(CLASSES, ['train', 'sky', 'car']) == {1: 'car', 2: 'sky'}
    assert things_in_use(CLASSES, ()) == {}
    with pytest.raises(ValueError, match=r"write thing_classes=\['car'\]"):
        things_in_use(CLASSES, 'car')


@pytest.mark.parametrize(('cls', 'options'), [
    (CityscapesInstanceMetric, dict(min_region_sizes=(0, 0, 0))),
    (CityscapesSemanticMetric, {}), (PanopticQualityMetric, {})])
def test_metrics_skip_what_is_no_class(cls, options):
    found = []
    for things in (('car', ), ('unicorn', 'person', 'car')):
        metric = cls(**options)
        metric.dataset_meta = dict(classes=CLASSES, thing_classes=things)
        metric.process({}, [SAMPLE])
        found.append(metric.evaluate(1))
    assert found[0] == pytest.approx(found[1], nan_ok=True) and found[0]
