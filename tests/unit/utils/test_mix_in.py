"""A published pipeline with labels of several tasks; what of a published config stays."""

from mmengine.config import ConfigDict

from mmmtl.datasets import check_pipeline
from mmmtl.utils.mix_in import mix_in, multi_task_pipeline

IMAGE = dict(type='LoadImageFromFile')
RESIZE = dict(type='RandomResize', scale=(2049, 1025), ratio_range=(0.5, 2.0), keep_ratio=True)
CROP = dict(type='RandomCrop', crop_size=(769, 769), cat_max_ratio=0.75)
EDGE = dict(type='GenerateEdge', edge_width=4)
PUBLISHED = [IMAGE, dict(type='LoadAnnotations'), RESIZE, CROP, EDGE, dict(type='PackSegInputs')]
LOADERS = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadDepth'),
           dict(type='mmmtl.GenerateNormals'), dict(type='mmmtl.LoadInstanceIds')]
LAST = [dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]
OURS = [IMAGE, *LOADERS, dict(CROP, crop_size=(512, 1024)), *LAST]
REPAIR = dict(type='mmmtl.RepairUnits')


def test_training():
    pipeline = multi_task_pipeline(PUBLISHED, OURS, training=True)
    assert pipeline == [IMAGE, *LOADERS, RESIZE, REPAIR, CROP, EDGE, *LAST]
    check_pipeline(pipeline)
    pipeline[1]['x'] = pipeline[5]['x'] = 1
    assert 'x' not in LOADERS[0] and 'x' not in RESIZE


def test_labels_loaded_after_resizing_keep_their_units():
    resize = dict(type='Resize', scale=(2049, 1025), keep_ratio=True)
    published = [IMAGE, resize, dict(type='LoadAnnotations'), dict(type='PackSegInputs')]
    assert multi_task_pipeline(published, OURS, training=False) == [IMAGE, resize, *LOADERS, *LAST]


def test_a_pipeline_of_ones_own_gives_way():
    assert multi_task_pipeline([IMAGE, dict(type='MyLoader')], OURS, training=True) == OURS
    assert multi_task_pipeline([], OURS, training=True) == OURS


def base(kind='CityscapesDataset', **changes):
    host = dict(type=kind, data_root='/mine', pipeline=PUBLISHED)
    ours = dict(dataset=dict(
        _delete_=True, type='mmmtl.CityscapesMultiTaskDataset', data_root='data', pipeline=OURS))
    loader = dict(batch_size=3, dataset=host)
    return ConfigDict(dict(
        model=dict(a=1), train_dataloader=loader, val_dataloader=loader, test_dataloader=loader,
        val_evaluator=dict(type='IoUMetric'), test_evaluator=dict(type='IoUMetric'),
        visualizer=dict(type='SegLocalVisualizer', vis_backends=[1]),
        custom_imports=dict(imports='mmpretrain.models', allow_failed_imports=False),
        train_pipeline=PUBLISHED,
        multi_task=dict(
            into=mix_in, train_dataloader=ours, val_dataloader=ours, test_dataloader=ours,
            val_evaluator=[dict(type='A')], test_evaluator=[dict(type='A')],
            visualizer=dict(type='Ours'), custom_imports=dict(imports=['mmmtl']))) | changes)


def test_what_stays_and_what_is_replaced():
    cfg = base()
    cfg.multi_task.into(cfg)
    assert 'multi_task' not in cfg and cfg.model == dict(a=1)
    for stage in ('train', 'val', 'test'):
        loader = cfg[f'{stage}_dataloader']
        assert loader.batch_size == 3 and set(loader.dataset) == {'type', 'data_root', 'pipeline'}
        assert loader.dataset.type == 'mmmtl.CityscapesMultiTaskDataset'
        assert loader.dataset.data_root == '/mine'
    assert cfg.train_pipeline == cfg.train_dataloader.dataset.pipeline
    assert cfg.val_evaluator == cfg.test_evaluator == [dict(type='A')]
    assert cfg.visualizer == dict(type='Ours', vis_backends=[1])
    assert cfg.custom_imports == dict(
        imports=['mmpretrain.models', 'mmmtl'], allow_failed_imports=False)


def test_other_data_sets_keep_their_folder_to_themselves():
    cfg = base('RepeatDataset')
    host = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(type='RepeatDataset', dataset=dict(host, type='ADE20K'))
    cfg.multi_task.into(cfg)
    dataset = cfg.train_dataloader.dataset
    assert dataset.data_root == 'data' and dataset.pipeline[-3] == EDGE


def test_a_published_folder_is_not_put_in_the_place_of_ones_own():
    cfg = base()
    for stage in ('train', 'val', 'test'):
        cfg.multi_task[f'{stage}_dataloader'].dataset.update(
            type='mmmtl.BaseMultiTaskDataset', data_root='own')
    cfg.multi_task.into(cfg)
    assert [cfg[f'{stage}_dataloader'].dataset.data_root for stage in ('train', 'val', 'test')] == [
        'own'] * 3


def test_without_validation():
    cfg = base(val_dataloader=None, val_evaluator=None)
    cfg.multi_task.into(cfg)
    assert cfg.val_dataloader is None and cfg.val_evaluator is None
