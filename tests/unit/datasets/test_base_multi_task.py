"""The generic data set: what exists, what is missing, what is wrong."""

from collections import OrderedDict

import numpy as np
import pytest
from mmcv.transforms import Resize
from mmengine.registry import DefaultScope
from PIL import Image

from mmmtl.datasets import BaseMultiTaskDataset

LOADERS = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
           dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDepth')]
PREFIX = dict(img_path='img', seg_map_path='seg', instance_path='ids', depth_path='depth')
META = dict(classes=('a', 'b'), palette=[[0, 0, 0], [1, 1, 1]])


@pytest.fixture
def root(tmp_path):
    """Three frames; frame 1 has no instances, frame 2 nothing but the image."""
    arrays = dict(img=np.zeros((4, 6, 3), np.uint8), seg=np.ones((4, 6), np.uint8),
                  ids=np.full((4, 6), 70000 % 65536, np.uint16), depth=np.full((4, 6), 1500, '<u2'))
    for folder, array in arrays.items():
        (tmp_path / folder / 'x').mkdir(parents=True)
        for name in ('x/0', 'x/1', 'x/2'):
            if folder == 'img' or name == 'x/0' or (folder != 'ids' and name == 'x/1'):
                Image.fromarray(array).save(tmp_path / folder / f'{name}.png')
    return tmp_path


def build(root, **kwargs):
    options = dict(data_root=str(root), data_prefix=PREFIX, img_suffix='.png', metainfo=META,
                   pipeline=LOADERS)
    return BaseMultiTaskDataset(**{**options, **kwargs})


def test_partial_labels(root, caplog):
    dataset = build(root)
    assert len(dataset) == 3
    assert [sorted(key for key in dataset.get_data_info(i) if key.endswith('path'))
            for i in range(3)] == [
        ['depth_path', 'img_path', 'instance_path', 'seg_map_path'],
        ['depth_path', 'img_path', 'seg_map_path'], ['img_path']]
    first, second, third = (dataset[i] for i in range(3))
    assert first['seg_fields'] == ['gt_seg_map', 'gt_instance_map', 'gt_depth_map']
    assert (first['gt_instance_map'] == 4464).all() and first['gt_instance_map'].dtype == np.int32
    assert second['gt_depth_map'] == pytest.approx(1.5) and 'gt_instance_map' not in second
    assert third['seg_fields'] == ['gt_seg_map'] and third['semantic_unlabelled']


@pytest.mark.parametrize('cache', [False, True])
def test_a_damaged_image_is_named(root, cache):
    file = root / 'img' / 'x' / '0.png'
    content = file.read_bytes()
    start = content.index(b'IDAT') + 4  # the headers stay whole
    file.write_bytes(content[:start] + bytes(len(content) - start - 12) + content[-12:])
    with pytest.raises(ValueError, match=r'x/0.png \(img_path\): the image cannot be decoded'):
        build(root, cache=cache)[0]


def test_log_line(root, monkeypatch):
    lines = []
    monkeypatch.setattr('mmmtl.datasets.base_multi_task.print_log',
                        lambda line, **_: lines.append(line))
    build(root)
    assert len(lines) == 1
    assert lines[0].endswith('3 frames; with a label: semantic 2, instance 1, depth 2')


def test_split_file(root):
    (root / 'list.txt').write_text('x/2\n\nx/0\n')
    dataset = build(root, ann_file='list.txt')
    assert [dataset.get_data_info(i)['img_path'][-7:] for i in range(2)] == ['x/2.png', 'x/0.png']


def test_switch_a_task_off(root):
    dataset = build(root, data_prefix=dict(PREFIX, instance_path=None))
    assert 'instance_path' not in dataset.get_data_info(0)


@pytest.mark.parametrize(('options', 'error', 'message'), [
    (dict(data_prefix=dict(PREFIX, img_path='no')), FileNotFoundError,
     r'folder .*/no \(data_prefix\["img_path"\]\) does not exist. Check'),
    (dict(data_prefix=dict(PREFIX, depth_path='no')), FileNotFoundError,
     r'\(data_prefix\["depth_path"\]\)'),
    (dict(ann_file='no.txt'), FileNotFoundError, r'split file .*/no.txt \(ann_file\)'),
    (dict(ann_file='bad.txt'), FileNotFoundError,
     r'1 of the 2 frames in .*bad.txt .*img/x/9.png. Check'),
    (dict(ann_file='empty.txt'), ValueError, 'lists no frames'),
    (dict(img_suffix='.jpg'), ValueError, r"no image ends with img_suffix='.jpg'"),
    (dict(instance_suffix='_i.png'), ValueError,
     r"\[\"instance_path\"\]\): no frame has a file there.*x/0_i.png.*instance_suffix"),
    (dict(data_prefix=dict(PREFIX, normals='n')), ValueError, r"unknown keys \['normals'\]"),
    (dict(metainfo=dict(META, thing_classes=('c', ))), ValueError, r"thing_classes \['c'\]"),
    (dict(pipeline=[*LOADERS, dict(type='RandomRotate', prob=1., degree=5)]), ValueError,
     'RandomRotate'),
])
def test_errors(root, options, error, message):
    (root / 'bad.txt').write_text('x/0\nx/9\n')
    (root / 'empty.txt').write_text('\n')
    with pytest.raises(error, match=message):
        build(root, **options)


def test_checks_of_files_can_be_left_out(root):
    Image.fromarray(np.zeros((4, 6), np.uint8)).save(root / 'ids' / 'x' / '0.png')
    encoding = dict(divisor=1000, class_ids=(1, ))
    with pytest.raises(ValueError, match='instance_path'):
        build(root, instance_encoding=encoding)
    dataset = build(root, check_files=False, instance_encoding=encoding)
    with pytest.raises(ValueError, match=r'0.png \(instance_path\): pixels of type uint8'):
        dataset[0]


def test_values_outside_the_classes(root):
    Image.fromarray(np.full((4, 6), 2, np.uint8)).save(root / 'seg' / 'x' / '0.png')
    with pytest.raises(ValueError, match=r'seg/x/0.png .*\[2\] are outside the classes'):
        build(root)[0]


def test_optional_folder(root):
    prefix = dict(PREFIX, disparity_path='no')
    dataset = build(root, data_prefix=prefix, optional=('disparity_path', ))
    assert 'disparity_path' not in dataset.get_data_info(0)


def test_mmcv_resize_is_found_when_built(root):
    pipeline = [*LOADERS, Resize(scale=(6, 4))]
    with pytest.raises(ValueError, match="mmcv's own Resize"):
        build(root, pipeline=pipeline)


def test_without_a_default_scope(root, monkeypatch):
    monkeypatch.setattr(DefaultScope, '_instance_dict', OrderedDict())
    pipeline = [*LOADERS, dict(type='RandomResize', scale=(6, 4), ratio_range=(.5, 2.)),
                dict(type='RepairUnits')]
    resize = build(root, pipeline=pipeline).pipeline.transforms[-2].resize
    assert type(resize).__module__.startswith('mmseg.')
