"""Real frames through the data sets; skipped where the data is absent."""

from collections import Counter

import numpy as np
import pytest

from mmmtl.datasets import (
    CityscapesMultiTaskDataset,
    KITTISemanticsMultiTaskDataset,
    NYUv2MultiTaskDataset,
)
from mmmtl.datasets.nyuv2_labels import NYU40_TO_13
from mmmtl.datasets.transforms import GenerateNormals, LoadDepth, LoadNormals

IMAGE = dict(type='LoadImageFromFile')
SEMANTIC = dict(type='mmmtl.LoadSemanticLabels')
INSTANCE = dict(type='mmmtl.LoadInstanceIds')


def count(dataset):
    counts = Counter()
    for index in range(len(dataset)):
        ids = np.unique(dataset[index]['gt_instance_map'])
        counts.update((ids[ids > 0] // 1000).tolist())
    return counts


def test_cityscapes(shared):
    dataset = CityscapesMultiTaskDataset(
        data_root=shared('cityscapes'), split='train',
        pipeline=[INSTANCE, dict(type='mmmtl.LoadDisparity')])
    assert len(dataset) == 8 and 'disparity_path' not in dataset.get_data_info(0)
    assert count(dataset) == {26: 91, 24: 24, 33: 4, 32: 3, 25: 2}


def test_cityscapes_semantics(shared):
    sample = CityscapesMultiTaskDataset(
        data_root=shared('cityscapes'), split='train', pipeline=[IMAGE, SEMANTIC, INSTANCE])[0]
    assert sample['img'].shape == (1024, 2048, 3)
    labels, ids = sample['gt_seg_map'], sample['gt_instance_map']
    assert set(np.unique(labels)) <= {*range(19), 255}
    assert set(np.unique(labels[ids > 0])) <= {*range(11, 19)}  # instances lie on things
    assert (labels[ids // 1000 == 26] == 13).all()


def test_kitti(shared):
    dataset = KITTISemanticsMultiTaskDataset(
        data_root=shared('kitti_semantics'), pipeline=[IMAGE, SEMANTIC, INSTANCE])
    assert len(dataset) == 5
    sample = dataset[0]
    labels, ids = sample['gt_seg_map'], sample['gt_instance_map']
    assert (labels[ids // 1000 == 26] == 13).all() and (ids // 1000 == 26).any()


def test_normals_from_16_bit_depth_beside_published_ones(shared):
    frame = f'{shared("nekrasov_examples")}/ExpNYUD_three/'
    results = dict(img_path=frame + '000433.png', depth_path=frame + 'depth_gt_000433.png')
    results = GenerateNormals()(LoadDepth(unit_16bit=1 / 5000)(results))
    ours = results['gt_normal_map']
    theirs = LoadNormals(axes=('x', 'z', '-y'))(
        dict(normal_path=frame + 'norm_gt_000433.png'))['gt_normal_map']
    assert np.isfinite(ours).all(-1).mean() > 0.99 * (results['gt_depth_map'] > 0).mean()
    known = np.isfinite(ours).all(-1) & np.isfinite(theirs).all(-1)
    angles = np.degrees(np.arccos((ours[known] * theirs[known]).sum(-1).clip(-1, 1)))
    assert known.mean() > 0.6 and np.median(angles) < 2.2 and angles.mean() < 4.3
    carpet = np.s_[420:460, 250:320, 1]
    assert np.nanmean(ours[carpet]) < -.8 and np.nanmean(theirs[carpet]) < -.8  # it points up


def test_8_bit_depth_of_nyuv2_is_refused(shared):
    dataset = NYUv2MultiTaskDataset(
        data_root=shared('nyuv2'), split='test', check_files=False, indices=1,
        pipeline=[IMAGE, dict(type='mmmtl.LoadDepth'), dict(type='mmmtl.GenerateNormals')])
    with pytest.raises(ValueError, match='has 8 bits, steps too coarse'):
        dataset[0]


def test_nyuv2(shared):
    root = shared('nyuv2')
    sizes = {}
    for split in ('train', 'test'):
        sizes[split] = len(NYUv2MultiTaskDataset(data_root=root, split=split, check_files=False))
    assert sizes == dict(train=795, test=654)
    both = [NYUv2MultiTaskDataset(
        data_root=root, split='test', num_classes=number, check_files=False, indices=30,
        label40_encoding='merged' if number == 40 else None,
        pipeline=[IMAGE, SEMANTIC, dict(type='mmmtl.LoadDepth')]) for number in (13, 40)]
    to_13 = np.append(np.array(NYU40_TO_13[1:]) - 1, np.zeros(215, int))
    for index in range(30):
        sample_13, sample_40 = both[0][index], both[1][index]
        labels = sample_40['gt_seg_map']
        known = labels != 255
        np.testing.assert_array_equal(sample_13['gt_seg_map'][known], to_13[labels[known]])
        depth = sample_13['gt_depth_map']
        assert depth.min() > 0.3 and depth.max() < 10.1 and depth.dtype == np.float32


def test_cityscapes_coarse_classes(shared):
    """2 and 7 classes beside 19, pixel by pixel."""
    samples = {number: CityscapesMultiTaskDataset(
        data_root=shared('cityscapes'), split='train', num_classes=number,
        pipeline=[IMAGE, SEMANTIC, INSTANCE]) for number in (19, 7, 2)}
    to_7 = np.array([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 6, 6, 6, 6, 6, 6] + [255] * 237)
    to_2 = np.array([0] * 11 + [1] * 8 + [255] * 237)
    seen = set()
    for index in range(8):
        fine, seven, two = (samples[number][index] for number in (19, 7, 2))
        np.testing.assert_array_equal(seven['gt_seg_map'], to_7[fine['gt_seg_map']])
        np.testing.assert_array_equal(two['gt_seg_map'], to_2[fine['gt_seg_map']])
        for sample in (seven, two):
            np.testing.assert_array_equal(sample['gt_instance_map'], fine['gt_instance_map'])
        seen |= set(np.unique(seven['gt_seg_map']))
    assert seen == {*range(7), 255}
