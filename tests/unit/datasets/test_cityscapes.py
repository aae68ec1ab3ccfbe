"""Cityscapes in its official layout: exact values, subsets of classes, missing downloads."""

import shutil

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes

LOADERS = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
           dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDisparity')]


def build(root, pipeline=LOADERS, **kwargs):
    if 'data_prefix' not in kwargs:
        kwargs.setdefault('split', 'train')
    return CityscapesMultiTaskDataset(data_root=str(root), pipeline=pipeline, **kwargs)


def expected(frame):
    """Field values by per-pixel rules, apart from the code."""
    train_ids = {7: 0, 23: 10, 24: 11, 26: 13, 3: 255}
    labels = np.vectorize(train_ids.get)(frame.label_ids)
    ids = np.where(frame.instance_ids >= 1000, frame.instance_ids, 0)
    disparity = np.where(frame.disparity > 0, (frame.disparity.astype(float) - 1) / 256, np.nan)
    return labels, ids, np.where(frame.label_ids == 23, 0, disparity)


def test_values(toy):
    dataset = build(toy[0])
    assert len(dataset) == 4
    for index, frame in enumerate(toy[1]['train']):
        sample, (labels, ids, disparity) = dataset[index], expected(frame)
        assert sample['img_path'].endswith(f'{frame.name}_leftImg8bit.png')
        np.testing.assert_array_equal(sample['img'][..., ::-1], frame.image)
        np.testing.assert_array_equal(sample['gt_seg_map'], labels)
        np.testing.assert_array_equal(sample['gt_instance_map'], ids)
        np.testing.assert_array_equal(sample['gt_inverse_depth_map'], disparity)
        assert [sample[key].dtype for key in sample['seg_fields']] == ['uint8', 'int32', 'float32']
    assert set(np.unique(ids)) == {0, 24000, 26000, 26001}  # and no crowd


@pytest.mark.parametrize('order', [(0, 1, 2, 3), (0, 3, 1, 2), (0, 3)])
def test_sky_in_any_order_of_loaders(toy, order):
    dataset = build(toy[0], [LOADERS[i] for i in order], metainfo=dict(classes=('car', 'road')))
    sample = dataset[0]
    np.testing.assert_array_equal(sample['gt_inverse_depth_map'], expected(toy[1]['train'][0])[2])
    if order[1] == 1:
        assert 'sky_mask' not in sample


def test_sky_without_semantics(toy):
    dataset = build(toy[0], data_prefix=dict(img_path='leftImg8bit/train', seg_map_path=None))
    sample, frame = dataset[0], toy[1]['train'][0]
    assert sample['semantic_unlabelled'] and (sample['gt_seg_map'] == 255).all()
    np.testing.assert_array_equal(np.isnan(sample['gt_inverse_depth_map']), frame.disparity == 0)
    assert sample['gt_inverse_depth_map'][0, 0] == (int(frame.disparity[0, 0]) - 1) / 256


def test_subset_of_classes(toy):
    dataset = build(toy[0], metainfo=dict(classes=('car', 'road')))
    assert dataset.metainfo['thing_classes'] == ('car', )
    assert dataset.metainfo['palette'] == [[0, 0, 142], [128, 64, 128]]
    sample, frame = dataset[0], toy[1]['train'][0]
    labels = np.select([frame.label_ids == 26, frame.label_ids == 7], [0, 1], 255)
    np.testing.assert_array_equal(sample['gt_seg_map'], labels)
    assert set(np.unique(sample['gt_instance_map'])) == {0, 26000, 26001}


@pytest.mark.parametrize('metainfo', [None, dict(classes=('car', 'road'))])
def test_with_mmsegs_own_loader(toy, metainfo):
    ours = build(toy[0], metainfo=metainfo)[0]
    theirs = build(toy[0], [LOADERS[0], dict(type='LoadAnnotations')], metainfo=metainfo)[0]
    np.testing.assert_array_equal(ours['gt_seg_map'], theirs['gt_seg_map'])


def test_mmsegs_data_prefix(toy):
    prefix = dict(img_path='leftImg8bit/val', seg_map_path='gtFine/val')
    info = build(toy[0], data_prefix=prefix).get_data_info(0)
    assert info['instance_path'].endswith('gtFine/val/aachen/aachen_000000_000019'
                                          '_gtFine_instanceIds.png')
    assert info['disparity_path'].endswith('disparity/val/aachen/aachen_000000_000019'
                                           '_disparity.png')
    absolute = dict(img_path=str(toy[0] / 'leftImg8bit' / 'val'))
    assert CityscapesMultiTaskDataset(data_prefix=absolute).get_data_info(0) == info


def test_train_ids(tmp_path):
    frame = make_toy_cityscapes(tmp_path, 1, splits=['train'])['train'][0]
    labels, _, disparity = expected(frame)
    path = tmp_path / 'gtFine' / 'train' / f'{frame.name}_gtFine_labelTrainIds.png'
    Image.fromarray(labels.astype(np.uint8)).save(path)
    sample = build(tmp_path, seg_map_suffix='_gtFine_labelTrainIds.png')[0]
    np.testing.assert_array_equal(sample['gt_seg_map'], labels)
    np.testing.assert_array_equal(sample['gt_inverse_depth_map'], disparity)


def test_without_the_disparity_download(tmp_path):
    make_toy_cityscapes(tmp_path, 2, disparity=False)
    sample = build(tmp_path)[0]
    assert sample['seg_fields'] == ['gt_seg_map', 'gt_instance_map']
    prefix = dict(img_path='leftImg8bit/train', disparity_path='disparity/train')
    with pytest.raises(FileNotFoundError, match=r'disparity/train \(data_prefix\["disparity_path"'):
        build(tmp_path, data_prefix=prefix)


def test_without_the_annotation(tmp_path):
    make_toy_cityscapes(tmp_path, 2, splits=['train'])
    shutil.rmtree(tmp_path / 'gtFine')
    with pytest.raises(FileNotFoundError, match=r'gtFine/train \(data_prefix\["seg_map_path"\]\)'):
        build(tmp_path)


def test_unknown_label_id(tmp_path):
    frame = make_toy_cityscapes(tmp_path, 1, splits=['train'])['train'][0]
    path = tmp_path / 'gtFine' / 'train' / f'{frame.name}_gtFine_labelIds.png'
    labels = frame.label_ids.copy()
    labels[0, :3] = 34, 77, 255  # 255 is the licence plate, -1
    Image.fromarray(labels).save(path)
    with pytest.raises(ValueError, match=rf'{path.name} .*\[34, 77\] are outside'):
        build(tmp_path)[0]


@pytest.mark.parametrize('options', [dict(split=None), dict(
    split='train', data_prefix=dict(img_path='leftImg8bit/train'))])
def test_split_or_prefix(toy, options):
    with pytest.raises(ValueError, match='give either split'):
        CityscapesMultiTaskDataset(data_root=str(toy[0]), **options)


COARSE = {  # label id on disk -> label, by hand from cityscapesScripts' categories
    7: {7: 0, 23: 4, 24: 5, 26: 6, 3: 255},
    2: {7: 0, 23: 0, 24: 1, 26: 1, 3: 255},
}


@pytest.mark.parametrize('number', [7, 2])
@pytest.mark.parametrize('train_ids', [False, True])
def test_coarse_classes(tmp_path, number, train_ids):
    frame = make_toy_cityscapes(tmp_path, 1, splits=['train'])['train'][0]
    if train_ids:
        path = tmp_path / 'gtFine' / 'train' / f'{frame.name}_gtFine_labelTrainIds.png'
        Image.fromarray(expected(frame)[0].astype(np.uint8)).save(path)
    suffix = dict(seg_map_suffix='_gtFine_labelTrainIds.png') if train_ids else {}
    dataset = build(tmp_path, num_classes=number, **suffix)
    names = dataset.metainfo['classes']
    assert len(names) == len(dataset.metainfo['palette']) == number
    assert dataset.metainfo['thing_classes'] == {
        7: ('human', 'vehicle'), 2: ('foreground', )}[number]
    sample, (_, ids, disparity) = dataset[0], expected(frame)
    np.testing.assert_array_equal(
        sample['gt_seg_map'], np.vectorize(COARSE[number].get)(frame.label_ids))
    np.testing.assert_array_equal(sample['gt_instance_map'], ids)
    np.testing.assert_array_equal(sample['gt_inverse_depth_map'], disparity)  # the sky too


def test_coarse_classes_join_the_training_classes_as_cityscapes_scripts_do(tmp_path):
    labels = pytest.importorskip('cityscapesscripts.helpers.labels').labels
    make_toy_cityscapes(tmp_path, 1, splits=['train'])
    dataset = build(tmp_path, num_classes=7)
    names, table = dataset.metainfo['classes'], dataset.get_data_info(0)['label_map']
    assert table == {label.id if label.id >= 0 else 255:
                     255 if label.ignoreInEval else names.index(label.category)
                     for label in labels}
    two = build(tmp_path, num_classes=2).get_data_info(0)['label_map']
    assert two == {key: label if label == 255 else int(names[label] in ('human', 'vehicle'))
                   for key, label in table.items()}


def test_some_of_the_coarse_classes(toy):
    dataset = build(toy[0], num_classes=7, metainfo=dict(classes=('vehicle', 'sky')))
    assert dataset.metainfo['palette'] == [[0, 0, 142], [70, 130, 180]]
    assert dataset.metainfo['thing_classes'] == ('vehicle', )
    sample, frame = dataset[0], toy[1]['train'][0]
    np.testing.assert_array_equal(sample['gt_seg_map'], np.select(
        [frame.label_ids == 26, frame.label_ids == 23], [0, 1], 255))
    assert set(np.unique(sample['gt_instance_map'])) == {0, 26000, 26001}
    only_sky = build(toy[0], num_classes=7, metainfo=dict(classes=('sky', )))[0]['gt_seg_map']
    np.testing.assert_array_equal(only_sky, np.where(frame.label_ids == 23, 0, 255))


@pytest.mark.parametrize(('options', 'message'), [
    (dict(num_classes=8), '19, 7 or 2 classes, not num_classes=8'),
    (dict(num_classes=7, metainfo=dict(classes=('car', ))), r"\['car'\] are not among .*flat"),
    (dict(metainfo=dict(classes=('flat', ))), r"\['flat'\] are not among .*num_classes=19")])
def test_wrong_classes(toy, options, message):
    with pytest.raises(ValueError, match=message):
        build(toy[0], **options)
