"""NYU Depth v2: both sets of classes, both encodings, depth of 8 and 16 bits."""

import json

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets import NYUv2MultiTaskDataset
from mmmtl.datasets.nyuv2_labels import (
    NYU13_CLASSES,
    NYU40_CLASSES,
    NYU40_TO_13,
    palette,
    thing_classes,
)

LOADERS = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
           dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDepth')]
ARRAYS = dict(
    label13=np.array([[0, 1, 13]], np.uint8), label40=np.array([[0, 5, 40]], np.uint8),
    depth=np.array([[0, 1500, 65535]], np.uint16),
    instance=np.array([[1001, 5001, 40002]], np.uint16))


def write(root, arrays, name='0'):
    for folder, array in {'image': np.zeros((1, 3, 3), np.uint8), **arrays}.items():
        (root / folder).mkdir(exist_ok=True)
        suffix = 'jpg' if folder == 'image' else 'png'
        Image.fromarray(array).save(root / folder / f'{name}.{suffix}')
    (root / 'train.txt').write_text(f'{name}\n')


def load(root, **kwargs):
    dataset = NYUv2MultiTaskDataset(
        data_root=str(root), split='train', pipeline=LOADERS, **kwargs)
    return dataset, dataset[0]


def test_13_classes(tmp_path):
    write(tmp_path, ARRAYS)
    dataset, sample = load(tmp_path)
    assert sample['gt_seg_map'].tolist() == [[255, 0, 12]]
    np.testing.assert_allclose(sample['gt_depth_map'], [[np.nan, 1.5, 65.535]], rtol=1e-6)
    assert sample['gt_instance_map'].tolist() == [[0, 5001, 40002]]  # 1 is a wall
    assert dataset.metainfo['classes'] == NYU13_CLASSES and len(dataset.metainfo['palette']) == 13


def test_8_bit_depth(tmp_path):
    write(tmp_path, dict(ARRAYS, depth=np.array([[0, 100, 255]], np.uint8)))
    np.testing.assert_allclose(
        load(tmp_path)[1]['gt_depth_map'], [[np.nan, 100.5 / 25.5, 255.5 / 25.5]], rtol=1e-6)


def test_normals_from_files_and_from_depth(tmp_path):
    write(tmp_path, dict(ARRAYS, depth=np.full((1, 3), 1500, np.uint16)))
    assert 'gt_normal_map' not in load(tmp_path)[1]
    (tmp_path / 'normal').mkdir()
    np.save(tmp_path / 'normal' / '0.npy', np.array([[[0, 0, -1], [0, 0, 0], [0, -1, 0]]], 'f4'))
    pipeline = [LOADERS[0], LOADERS[3], dict(type='mmmtl.LoadNormals'),
                dict(type='mmmtl.GenerateNormals')]
    sample = NYUv2MultiTaskDataset(data_root=str(tmp_path), split='train', normal_suffix='.npy',
                                   pipeline=pipeline)[0]
    np.testing.assert_array_equal(sample['gt_normal_map'],
                                  [[[0, 0, -1], [np.nan] * 3, [0, -1, 0]]])
    sample = NYUv2MultiTaskDataset(data_root=str(tmp_path), split='train', pipeline=pipeline)[0]
    assert sample['gt_normal_map'].shape == (1, 3, 3)  # by GenerateNormals: no file ends with .png


def test_40_classes_by_argument_and_by_file(tmp_path):
    write(tmp_path, ARRAYS)
    with pytest.raises(ValueError, match='label40_encoding=None with num_classes=40'):
        load(tmp_path, num_classes=40)
    official = load(tmp_path, num_classes=40, label40_encoding='official')[1]
    assert official['gt_seg_map'].tolist() == [[255, 4, 39]]
    (tmp_path / 'nyuv2.json').write_text(json.dumps(dict(label40_encoding='official')))
    assert load(tmp_path, num_classes=40)[1]['gt_seg_map'].tolist() == [[255, 4, 39]]
    with pytest.raises(ValueError, match="but .*nyuv2.json says 'official'"):
        load(tmp_path, num_classes=40, label40_encoding='merged')


def test_40_classes_merged(tmp_path):
    write(tmp_path, dict(ARRAYS, label40=np.array([[0, 38, 39]], np.uint8)))
    sample = load(tmp_path, num_classes=40, label40_encoding='merged')[1]
    assert sample['gt_seg_map'].tolist() == [[0, 38, 255]]


def test_subset_of_classes(tmp_path):
    write(tmp_path, dict(ARRAYS, instance=np.array([[1001, 5001, 4001]], np.uint16)))
    dataset = NYUv2MultiTaskDataset(
        data_root=str(tmp_path), split='train', metainfo=dict(classes=('window', 'bed')),
        pipeline=LOADERS[:3])
    assert dataset[0]['gt_seg_map'].ravel().tolist() == [255, 1, 0]
    assert dataset[0]['gt_instance_map'].tolist() == [[0, 0, 4001]]  # only beds are things
    assert dataset.metainfo['palette'] == [palette(13)[12], palette(13)[0]]
    theirs = NYUv2MultiTaskDataset(
        data_root=str(tmp_path), split='train', metainfo=dict(classes=('window', 'bed')),
        pipeline=[LOADERS[0], dict(type='LoadAnnotations')])[0]
    assert theirs['gt_seg_map'].ravel().tolist() == [255, 1, 0]


def test_outside_the_classes(tmp_path):
    write(tmp_path, dict(ARRAYS, label13=np.array([[0, 14, 13]], np.uint8)))
    with pytest.raises(ValueError, match=r'label13/0.png .*\[14\] are outside'):
        load(tmp_path)


@pytest.mark.parametrize(('options', 'message'), [
    (dict(split='train', num_classes=14), '13 or 40 classes'), (dict(), 'give either split'),
    (dict(split='train', metainfo=dict(classes=('bed', 'sky'))), r"classes \['sky'\]")])
def test_errors(tmp_path, options, message):
    write(tmp_path, ARRAYS)
    with pytest.raises(ValueError, match=message):
        NYUv2MultiTaskDataset(data_root=str(tmp_path), **options)


def test_tables():
    assert (len(NYU40_CLASSES), len(NYU13_CLASSES), len(NYU40_TO_13)) == (40, 13, 41)
    assert sorted(set(NYU40_TO_13)) == [*range(14)]
    assert thing_classes(13) == ('bed', 'books', 'chair', 'furniture', 'objects', 'picture',
                                 'sofa', 'table', 'tv')
    assert 'door' not in thing_classes(40) and 'lamp' in thing_classes(40)
    assert palette(2) == [[128, 0, 0], [0, 128, 0]]
    assert len({tuple(colour) for colour in palette(40)}) == 40
