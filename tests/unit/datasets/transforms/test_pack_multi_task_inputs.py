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


def test_labels_without_a_value_are_noted():
    sample = PackMultiTaskInputs(meta_keys=())(frame(image_labels=dict(
        age=3, size=[1.0, np.nan])))['data_samples']
    assert sample.has_values == dict(
        gt_sem_seg=True, gt_inverse_depth_map=False, gt_depth_map=True, gt_normal_map=True,
        gt_instance_vector=True, gt_age=True, gt_size=False)
    assert 'has_values' in sample.metainfo
    results = frame()
    results['gt_seg_map'][:] = 255
    results['gt_instance_vector'][:] = np.inf
    noted = PackMultiTaskInputs()(results)['data_samples'].has_values
    assert not noted['gt_sem_seg'] and not noted['gt_instance_vector']
    results['gt_seg_map'][1, 2] = 0
    results['gt_instance_vector'] = np.full((40, 3, 2), np.nan, np.float32)
    results['gt_instance_vector'][17, 1] = 0  # one pixel, in a row that is not looked at first
    results.update(img=np.zeros((40, 3, 3), np.uint8))
    fields = ('img', 'gt_instance_vector')
    noted = PackMultiTaskInputs()({key: results[key] for key in fields})['data_samples'].has_values
    assert noted == dict(gt_instance_vector=True)


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
