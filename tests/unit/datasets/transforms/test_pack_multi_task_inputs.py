"""Packing: every map, its type and its shape."""

import numpy as np
import pytest
import torch

from mmmtl.datasets.transforms import PackMultiTaskInputs


def frame(**more):
    return dict(
        img=np.zeros((2, 3, 3), np.uint8), img_path='a.png', ori_shape=(2, 3), img_shape=(2, 3),
        camera_path='c.json', gt_seg_map=np.ones((2, 3), np.uint8),
        gt_instance_map=np.full((2, 3), 33999, np.int32),
        gt_inverse_depth_map=np.full((2, 3), np.nan, np.float32),
        gt_depth_map=np.full((2, 3), 4, np.float64),
        gt_normal_map=np.tile(np.array([1, 2, 3], np.float32), (2, 3, 1)),
        gt_instance_vector=np.arange(12, dtype=np.float32).reshape(2, 3, 2), **more)


def test_fields():
    sample = PackMultiTaskInputs()(frame())['data_samples']
    assert {key: (tuple(value.data.shape), value.data.dtype)
            for key, value in sample.items()} == {
        'gt_sem_seg': ((1, 2, 3), torch.int64), 'gt_instance_map': ((1, 2, 3), torch.int32),
        'gt_inverse_depth_map': ((1, 2, 3), torch.float32),
        'gt_depth_map': ((1, 2, 3), torch.float32), 'gt_normal_map': ((3, 2, 3), torch.float32),
        'gt_instance_vector': ((2, 2, 3), torch.float32)}
    assert sample.gt_instance_vector.data[0].tolist() == [[0, 2, 4], [6, 8, 10]]
    assert (sample.gt_instance_map.data == 33999).all()
    assert sample.camera_path == 'c.json' and sample.ori_shape == (2, 3)


@pytest.mark.parametrize(('direction', 'expected'), [
    ('horizontal', [-1, 2, 3]), ('vertical', [1, -2, 3])])
def test_normals_follow_a_flip(direction, expected):
    sample = PackMultiTaskInputs()(frame(flip=True, flip_direction=direction))['data_samples']
    assert sample.gt_normal_map.data[:, 0, 0].tolist() == expected


@pytest.mark.parametrize('field', ['fields_not_flipped', 'fields_at_ori_shape'])
def test_normals_loaded_after_a_flip_are_left_alone(field):
    results = frame(flip=True, flip_direction='horizontal', **{field: ['gt_normal_map']})
    sample = PackMultiTaskInputs()(results)['data_samples']
    assert sample.gt_normal_map.data[:, 0, 0].tolist() == [1, 2, 3]


def test_partial_labels():
    packed = PackMultiTaskInputs()(dict(img=np.zeros((2, 3, 3), np.uint8)))
    assert packed['data_samples'].keys() == [] and packed['inputs'].shape == (3, 2, 3)


def test_samples_do_not_share_memory_with_the_results():
    results = frame()
    sample = PackMultiTaskInputs()(results)['data_samples']
    results['gt_instance_map'][:] = 0
    assert (sample.gt_instance_map.data == 33999).all()


@pytest.mark.parametrize('name', ['gt_instance_map', 'gt_depth_map'])
def test_other_size(name):
    results = frame()
    results[name] = results[name][:, :2]
    with pytest.raises(ValueError, match=rf'{name} is \(2, 2\) but the image is \(2, 3\)'):
        PackMultiTaskInputs()(results)


def test_truth_at_the_original_size():
    names = ['gt_instance_map', 'gt_inverse_depth_map', 'gt_depth_map', 'gt_normal_map',
             'gt_instance_vector']
    results = frame(fields_at_ori_shape=names)
    results['img'] = np.zeros((4, 6, 3), np.uint8)
    sample = PackMultiTaskInputs()(results)['data_samples']
    assert sample.gt_depth_map.shape == sample.gt_sem_seg.shape == (2, 3)
