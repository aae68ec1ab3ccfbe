"""Predictions are drawn with the classes that their heads were trained for."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from mmseg.visualization import SegLocalVisualizer

from mmmtl.engine import HeadClassesHook
from mmmtl.engine.head_classes_hook import head_tables
from mmmtl.engine.learned_classes import trained_classes
from mmmtl.models.decode_heads import SemanticHead
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg
from mmmtl.visualization import MultiTaskLocalVisualizer

TRAINED = {'classes': ('sofa', 'bed'), 'palette': [[1, 2, 3], [250, 9, 9]]}
SHOWN = {'classes': ('road', 'car', 'sky'), 'palette': [[7, 7, 7], [8, 8, 8], [9, 9, 9]]}


@MODELS.register_module(name='_HeadClassesTestHead')
class PartHead(SemanticHead):
    target_field, pred_field = 'gt_part', 'pred_part'


def model(num_classes=2, **changes):
    cfg = toy_model_cfg(**changes)
    cfg.decode_head.num_classes = num_classes
    return MODELS.build(cfg)


def loader(meta):
    return SimpleNamespace(dataset=SimpleNamespace(metainfo=meta))


def runner_of(network, visualizer=None):
    visualizer = visualizer or MultiTaskLocalVisualizer()
    visualizer.dataset_meta = SHOWN  # as mmengine's loops do
    return SimpleNamespace(val_loop=None,
        model=network, visualizer=visualizer, test_dataloader=loader(SHOWN),
        val_dataloader=loader(SHOWN), train_dataloader=loader(TRAINED))


def colours(visualizer):
    sample = SegDataSample()
    sample.pred_sem_seg = PixelData(data=torch.ones(1, 8, 8, dtype=torch.long))
    sheet = visualizer.draw(np.zeros((8, 8, 3), np.uint8), sample)
    return {tuple(colour) for colour in sheet.reshape(-1, 3).tolist()}


@pytest.mark.parametrize('meta', [
    {'dataset_meta': TRAINED}, {'CLASSES': TRAINED['classes'], 'PALETTE': TRAINED['palette']}])
def test_classes_of_the_checkpoint(meta):
    runner, hook = runner_of(model()), HeadClassesHook()
    assert (8, 8, 8) in colours(runner.visualizer)
    hook.after_load_checkpoint(runner, {'meta': meta, 'state_dict': {}})
    hook.before_test(runner)
    assert (250, 9, 9) in colours(runner.visualizer)


def test_classes_of_the_training_set_where_a_training_is_validated():
    runner, hook = runner_of(model()), HeadClassesHook()
    hook.after_load_checkpoint(runner, {'meta': {'dataset_meta': SHOWN}})  # load_from
    hook.before_train(runner)
    hook.before_val(runner)
    assert (250, 9, 9) in colours(runner.visualizer)


def test_checkpoints_that_do_not_say():
    assert not any(trained_classes({'a.weight': torch.zeros(1)}).values())
    assert not any(trained_classes({'meta': None, 'state_dict': {}}).values())
    tables = head_tables(model(3), trained_classes({}), SHOWN)
    assert tables['pred_sem_seg'].names == SHOWN['classes']


@pytest.mark.parametrize(('field_classes', 'names'), [
    ({}, ('0', '1', '2', '3')), ({'part': {'classes': list('wxyz')}}, tuple('wxyz'))])
def test_every_head_of_classes_and_no_other(field_classes, names):
    network = model(task_heads=dict(
        part=dict(type='mmmtl._HeadClassesTestHead', num_classes=4),
        depth=dict(type='mmmtl.InverseDepthHead'),
        kind=dict(type='mmmtl.ImageClassificationHead', num_classes=3, in_channels=8)))
    tables = head_tables(network, {**TRAINED, 'field_classes': field_classes}, SHOWN)
    assert {field: table.names for field, table in tables.items()} == {
        'pred_sem_seg': TRAINED['classes'], 'pred_part': names}


def test_visualizer_of_mmseg_is_left_alone():
    visualizer = SegLocalVisualizer()
    HeadClassesHook().before_test(runner_of(model(), visualizer))
    assert visualizer.dataset_meta == SHOWN
