"""Training data that cannot teach a model are refused before the first step."""

import re
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmseg.datasets import CityscapesDataset, MultiImageMixDataset
from PIL import Image

from mmmtl.datasets import BaseMultiTaskDataset, CityscapesMultiTaskDataset
from mmmtl.engine import TrainingCheckHook
from mmmtl.registry import MODELS, TRANSFORMS
from mmmtl.testing.samples import toy_model_cfg
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes

LOAD = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
        dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDisparity')]
LAST = [dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp('data')
    make_toy_cityscapes(root, frames=1, splits=('train', ))
    return str(root)


def check(dataset, **changes):
    """Run the hook; its warnings."""
    runner = SimpleNamespace(model=MODELS.build(toy_model_cfg(**changes)),
                             train_dataloader=SimpleNamespace(dataset=dataset))
    with patch('mmmtl.engine.training_check_hook.print_log') as log:
        TrainingCheckHook().before_train(runner)
    return [call.args[0] for call in log.call_args_list]


def ours(root, *pipeline):
    return CityscapesMultiTaskDataset(data_root=root, split='train', pipeline=list(pipeline))


def hosts(root, *pipeline):
    pipeline = pipeline or (LOAD[0], dict(type='LoadAnnotations'), dict(type='PackSegInputs'))
    return CityscapesDataset(
        data_root=root, pipeline=list(pipeline),
        data_prefix=dict(img_path='leftImg8bit/train', seg_map_path='gtFine/train'))


def test_whatever_makes_all_targets_passes(root):
    full = ours(root, *LOAD, *LAST)
    assert check(full) == []
    assert check(RepeatDataset(full, 2)) == []
    assert check(ConcatDataset([ours(root, *LOAD[:2], *LAST[1:]), full])) == []
    wrapped = dict(type='RandomApply', transforms=[dict(type='PhotoMetricDistortion')])
    assert check(ours(root, *LOAD, wrapped, *LAST)) == []
    assert check(hosts(root), task_heads=None) == []
    assert check(hosts(root), unlabelled_tasks=['instance', 'depth']) == []


@pytest.mark.parametrize('without, task, message', [
    ('LoadDisparity', 'depth', 'needs gt_inverse_depth_map, .* has no LoadDisparity'),
    ('GenerateInstanceVectors', 'instance', 'has no GenerateInstanceVectors'),
    ('LoadSemanticLabels', 'semantic', 'needs gt_sem_seg, .* has no LoadSemanticLabels')])
def test_what_is_missing_is_named(root, without, task, message):
    left = [step for step in (*LOAD, *LAST) if without not in step['type']]
    with pytest.raises(ValueError, match=f"task '{task}' would never learn: .*{message}") as error:
        check(ours(root, *left))
    assert 'multi_task.into' not in str(error.value)
    assert check(ours(root, *left), unlabelled_tasks=[task]) == []


def test_the_data_set_of_the_host_tells_of_the_trap(root):
    for dataset in (hosts(root), RepeatDataset(hosts(root), 2)):
        with pytest.raises(ValueError, match='CityscapesDataset packs with PackSegInputs, which '
                                             r'drops it.*write _base_.multi_task.into\(_base_\)'):
            check(dataset)


def test_transforms_of_others_may_make_anything(root):
    @TRANSFORMS.register_module(force=True)
    class MakeEverything:
        def __call__(self, results):
            return results

    mine = [dict(type='mmmtl.MakeEverything')]
    assert check(hosts(root, *LOAD[:1], *mine, *LAST[1:])) == []
    with pytest.raises(ValueError, match='PackSegInputs'):
        check(hosts(root, *LOAD[:1], *mine, dict(type='PackSegInputs')))


def test_data_sets_of_others_may_bring_targets_along(root):
    class Mine(CityscapesMultiTaskDataset):
        pass

    less = [*LOAD[:3], *LAST]
    assert check(Mine(data_root=root, split='train', pipeline=less)) == []
    with pytest.raises(ValueError, match='has no LoadDisparity'):
        check(ours(root, *less))


def with_size(size):
    return dict(data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor', size=size))


def test_crops_have_the_size_of_the_input(root):
    crop = dict(type='RandomCrop', crop_size=(16, 32))
    cropped = ours(root, *LOAD, crop, *LAST)
    assert check(cropped) == check(cropped, **with_size((16, 32))) == []
    for size in ((24, 24), (16, 64), (32, 32)):
        warning, = check(cropped, **with_size(size))
        assert f'crop_size=(16, 32), but model.data_preprocessor.size is {size}' in warning
        assert 'every image is padded' in warning
    warning, = check(cropped, **with_size((16, 16)))
    assert 'the network is given the larger crops' in warning
    pad = dict(type='Pad', size=(32, 64))
    assert check(ours(root, *LOAD, crop, pad, *LAST), **with_size((32, 64))) == []


def semantic(count):
    return dict(toy_model_cfg().decode_head, num_classes=count)


def test_every_class_has_an_output(root):
    full = ours(root, *LOAD, *LAST)
    with pytest.raises(ValueError, match='19 classes .*num_classes of decode_head 7, '
                                         'auxiliary_head 7'):
        check(full, decode_head=semantic(7), auxiliary_head=semantic(7))
    with pytest.raises(ValueError, match=r'num_classes of auxiliary_head\[1\] 7'):
        check(full, auxiliary_head=[semantic(19), semantic(7)])
    warning, = check(full, decode_head=semantic(150), auxiliary_head=semantic(150))
    assert 'num_classes of decode_head 150, auxiliary_head 150' in warning
    binary = ours(root, *LOAD, *LAST)
    binary._metainfo['classes'] = ('ground', 'road')
    sigmoid = dict(semantic(1), out_channels=1, loss_decode=dict(
        type='CrossEntropyLoss', use_sigmoid=True))
    assert check(binary, decode_head=sigmoid, task_heads=None) == []
    edges = dict(semantic(2), type='STDCHead', boundary_threshold=0.1)
    assert check(full, auxiliary_head=edges) == []
    # the remedy must not reach the head of edges: with 19 outputs it would learn nothing
    own = r'auxiliary_head\[1\] \(STDCHead\) makes labels of its own and keeps its num_classes=2'
    with pytest.raises(ValueError, match=(
            r'decode_head 7, auxiliary_head\[0\] 7\. Set num_classes=19 there; ' + own)):
        check(full, decode_head=semantic(7), auxiliary_head=[semantic(7), edges])
    warning, = check(full, decode_head=semantic(150), auxiliary_head=[semantic(19), edges])
    assert re.search(r'decode_head 150\. Set num_classes=19 there, unless the others are meant to '
                     'stay; ' + own, warning)


def test_more_outputs_than_classes_are_said(root):
    """19 outputs for the five classes of a subset."""
    five = CityscapesMultiTaskDataset(
        data_root=root, split='train', pipeline=[*LOAD, *LAST],
        metainfo=dict(classes=('road', 'building', 'sky', 'person', 'car')))
    for dataset in (five, RepeatDataset(five, 2), ConcatDataset([five, five])):
        warning, = check(dataset)
        assert 'has 5 classes (metainfo), but num_classes of decode_head 19' in warning


def test_a_task_without_a_label_is_refused(tmp_path):
    """Cityscapes without the download of disparity, of which the log alone told."""
    make_toy_cityscapes(tmp_path, frames=1, splits=('train', ), disparity=False)
    with pytest.raises(ValueError, match="task 'depth' would never learn: none of the 1 frames"):
        check(ours(str(tmp_path), *LOAD, *LAST))
    assert check(ours(str(tmp_path), *LOAD, *LAST), unlabelled_tasks=['depth']) == []


def test_unknown_classes_and_other_models_pass(tmp_path):
    for folder, array in dict(img=np.zeros((4, 6, 3)), seg=np.zeros((4, 6))).items():
        (tmp_path / folder).mkdir()
        Image.fromarray(array.astype(np.uint8)).save(tmp_path / folder / '0.png')
    dataset = BaseMultiTaskDataset(
        data_root=str(tmp_path), data_prefix=dict(img_path='img', seg_map_path='seg'),
        img_suffix='.png', pipeline=[*LOAD[:2], *LAST[1:]])
    assert check(dataset, task_heads=None, decode_head=semantic(2)) == []
    TrainingCheckHook().before_train(SimpleNamespace(model=SimpleNamespace()))


def test_pipelines_of_wrappers_are_looked_into(root):
    wrapped = ConcatDataset([ours(root, *LOAD)])
    mosaic = dict(type='RandomMosaic', prob=1., img_scale=(16, 32))
    with pytest.raises(ValueError, match='step 4, RandomMosaic: it fills every map'):
        check(MultiImageMixDataset(wrapped, [mosaic, *LAST]))
    assert check(MultiImageMixDataset(wrapped, LAST)) == []
    with pytest.raises(ValueError, match='has no GenerateInstanceVectors'):  # of neither pipeline
        check(MultiImageMixDataset(wrapped, LAST[1:]))
