"""A data set that names no classes is trained on and scored."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.dataset import ConcatDataset
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from PIL import Image

from mmmtl.datasets import BaseMultiTaskDataset
from mmmtl.engine import NumberedClassesHook
from mmmtl.engine.numbered_classes_hook import classes_of
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

PIPELINE = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
            dict(type='mmmtl.PackMultiTaskInputs')]


def dataset(root, value=1, **options):
    for folder in ('images', 'labels'):
        (root / folder).mkdir(exist_ok=True)
    Image.fromarray(np.zeros((32, 32, 3), np.uint8)).save(root / 'images/a.jpg')
    labels = np.zeros((32, 32), np.uint8)
    labels[3, 4], labels[5, 6] = value, 255
    Image.fromarray(labels).save(root / 'labels/a.png')
    return BaseMultiTaskDataset(
        data_root=str(root), data_prefix=dict(img_path='images', seg_map_path='labels'),
        pipeline=PIPELINE, **options)


def model(**head):
    cfg = toy_model_cfg(task_heads=None)
    cfg.decode_head.update({'num_classes': 2, **head})
    return MODELS.build(cfg)


@pytest.mark.parametrize('test_mode', [False, True])
@pytest.mark.parametrize('wrap', [lambda d: d, lambda d: ConcatDataset([d, d])])
def test_scores_of_a_data_set_without_names(tmp_path, test_mode, wrap):
    data = wrap(dataset(tmp_path, test_mode=test_mode))
    evaluator = Evaluator(dict(type='mmmtl.SemanticIoUMetric', prefix='a'))
    evaluator.dataset_meta = data.metainfo  # as mmengine's loops do
    runner = SimpleNamespace(
        model=model(), test_dataloader=SimpleNamespace(dataset=data), test_evaluator=evaluator)
    NumberedClassesHook().before_test(runner)
    assert evaluator.dataset_meta['classes'] == ('0', '1')
    sample = data[0]['data_samples']
    sample.set_data(dict(pred_sem_seg=PixelData(data=torch.zeros(1, 32, 32, dtype=torch.long))))
    evaluator.process([sample])
    assert evaluator.evaluate(1)['a/aAcc'] == pytest.approx(100 * 1022 / 1023, abs=0.01)


def test_names_stay_and_both_sets_of_a_training_are_numbered(tmp_path):
    named = dataset(tmp_path, metainfo=dict(classes=('road', 'car')))
    bare, evaluator = dataset(tmp_path), Evaluator([])
    runner = SimpleNamespace(
        model=model(), train_dataloader=SimpleNamespace(dataset=named),
        val_loop=SimpleNamespace(dataloader=SimpleNamespace(dataset=bare), evaluator=evaluator))
    NumberedClassesHook().before_train(runner)
    assert named.metainfo['classes'] == ('road', 'car')
    assert bare.metainfo['classes'] == evaluator.dataset_meta['classes'] == ('0', '1')


def test_number_of_classes():
    assert classes_of(model()) == 2
    assert classes_of(model(num_classes=2, out_channels=1, threshold=0.5)) == 2
    assert classes_of(torch.nn.Linear(1, 1)) is None


def test_a_label_beyond_the_outputs_names_file_and_value(tmp_path):
    sample = dataset(tmp_path, value=4)[0]['data_samples']
    with pytest.raises(ValueError, match=(
            r"labels/a\.png \(seg_map_path\): label value 4, but the head of task 'semantic' has 2 "
            'classes, 0 to 1 .*num_classes')):
        model().loss(torch.zeros(2, 3, 32, 32), [sample, sample])
    last = dataset(tmp_path, value=1)[0]['data_samples']
    assert model().loss(torch.zeros(2, 3, 32, 32), [last, last])['loss_semantic'] > 0


def test_a_label_beyond_the_classes_is_no_score(tmp_path):
    sample = dataset(tmp_path, value=4)[0]['data_samples']
    sample.set_data(dict(pred_sem_seg=PixelData(data=torch.zeros(1, 32, 32, dtype=torch.long)),
                         seg_logits=PixelData(data=torch.zeros(2, 32, 32))))
    evaluator = Evaluator(dict(type='mmmtl.SemanticIoUMetric', prefix='a'))
    with pytest.raises(ValueError, match=r'labels/a\.png .*label value 4'):
        evaluator.process([sample])


def test_the_metric_alone_numbers_by_the_logits():
    sample = SegDataSample()
    sample.set_data(dict(
        pred_sem_seg=PixelData(data=torch.tensor([[[0, 1, 1]]])),
        gt_sem_seg=PixelData(data=torch.tensor([[[0, 1, 0]]]))))
    evaluator = Evaluator(dict(type='mmmtl.SemanticIoUMetric', prefix='a'))
    with pytest.raises(KeyError, match=r"classes in the data set's meta .*metainfo=dict\(classes"):
        evaluator.process([sample])
    sample.set_data(dict(seg_logits=PixelData(data=torch.zeros(2, 1, 3))))
    evaluator.process([sample])
    assert evaluator.evaluate(1)['a/mIoU'] == 50
