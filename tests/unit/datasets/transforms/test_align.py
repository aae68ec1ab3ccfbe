"""Maps that mmcv's Pad forgets."""

import numpy as np

from mmmtl.datasets.transforms.align import on_image, pad_to_image


def frame(**more):
    return dict(img=np.zeros((2, 3, 3)), gt_instance_map=np.ones((2, 2), np.int32),
                gt_depth_map=np.ones((1, 3), np.float32), **more)


def test_only_after_pad():
    results = frame()
    pad_to_image(results)  # a smaller map without Pad is a mistake, left for packing to report
    assert results['gt_instance_map'].shape == (2, 2)


def test_pads_with_each_fill():
    results = frame(pad_fixed_size=None)
    pad_to_image(results)
    assert results['gt_instance_map'].tolist() == [[1, 1, 0], [1, 1, 0]]
    np.testing.assert_array_equal(results['gt_depth_map'], [[1, 1, 1], [np.nan] * 3])


def test_not_what_is_at_the_original_size():
    results = frame(pad_fixed_size=None, fields_at_ori_shape=['gt_instance_map'])
    pad_to_image(results)
    assert results['gt_instance_map'].shape == (2, 2) and results['gt_depth_map'].shape == (2, 3)
    assert on_image(results, 'gt_depth_map') and not on_image(results, 'gt_instance_map')
    assert not on_image(results, 'gt_normal_map')
