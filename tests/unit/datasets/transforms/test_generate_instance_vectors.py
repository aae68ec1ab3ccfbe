"""Targets from ids."""

import numpy as np

from mmmtl.datasets.transforms import GenerateInstanceVectors


def test_nothing_without_ids():
    assert GenerateInstanceVectors()({}) == {}


def test_padding_is_no_instance():
    results = dict(img=np.zeros((1, 4, 3)), pad_fixed_size=(4, 1),
                   gt_instance_map=np.array([[5, 5]], np.int32))
    results = GenerateInstanceVectors()(results)
    nan = np.nan
    np.testing.assert_array_equal(results['gt_instance_vector'][..., 0], [[.5, -.5, nan, nan]])
    np.testing.assert_array_equal(results['gt_instance_vector'][..., 1], [[0, 0, nan, nan]])


def test_truth_at_the_original_size():
    results = dict(img=np.zeros((4, 4, 3)), fields_at_ori_shape=['gt_instance_map'],
                   pad_fixed_size=(4, 4), gt_instance_map=np.ones((2, 2), np.int32))
    results = GenerateInstanceVectors()(results)
    assert results['gt_instance_vector'].shape == (2, 2, 2)
    assert 'gt_instance_vector' in results['fields_at_ori_shape']
