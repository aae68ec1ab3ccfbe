"""Keys, options and table of the semantic scores."""

import math

import pytest
import torch

from mmmtl.evaluation import CityscapesSemanticMetric

META = dict(classes=('road', 'car'), thing_classes=('car', ))


def run(meta=META, **options):
    """A car of two pixels of which one is found, beside two pixels of road."""
    metric = CityscapesSemanticMetric(**options)
    metric.dataset_meta = meta
    metric.process({}, [dict(
        pred_sem_seg=dict(data=torch.tensor([[[1, 0, 0, 0]]])),
        gt_sem_seg=dict(data=torch.tensor([[[1, 1, 0, 0]]])),
        gt_instance_map=dict(data=torch.tensor([[[26000, 26000, 0, 0]]])))])
    return metric.evaluate(1)


def test_keys_and_numbers():
    assert run() == {
        'semantic/IoU_class': pytest.approx((200 / 3 + 50) / 2), 'semantic/iIoU_class': 50.,
        'semantic/IoU_category': pytest.approx((200 / 3 + 50) / 2), 'semantic/iIoU_category': 50.}


def test_the_log_has_tables(caplog_messages):
    run()
    rows = [line.replace('|', '').split() for line in caplog_messages().splitlines()]
    assert ['road', '66.67', '-'] in rows and ['vehicle', '50.00', '50.00'] in rows


def test_no_thing_class_has_no_iiou():
    scores = run(dict(classes=('road', 'sky'), thing_classes=()))
    assert math.isnan(scores['semantic/iIoU_class']) and scores['semantic/IoU_class'] > 0


def test_other_classes_by_tables():
    meta = dict(classes=('lane', 'van'), thing_classes=('van', ))
    with pytest.raises(ValueError, match='categories: nothing for'):
        run(meta)
    found = run(meta, categories=dict(all=('lane', 'van')), average_sizes=dict(van=8.), prefix='x')
    assert found['x/IoU_category'] == 100 and found['x/iIoU_class'] == 50
