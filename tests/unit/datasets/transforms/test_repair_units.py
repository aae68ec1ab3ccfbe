"""Units after resizing, and maps that Pad forgot."""

import numpy as np
import pytest

from mmmtl.datasets.transforms import RepairUnits


def test_zoom_and_note():
    results = dict(units_width=dict(gt_inverse_depth_map=4, gt_depth_map=4),
                   units_height=dict(gt_inverse_depth_map=1, gt_depth_map=1),
                   gt_inverse_depth_map=np.full((1, 2), 6, np.float32),
                   gt_depth_map=np.full((1, 2), 6, np.float32))
    results = RepairUnits()(results)
    assert (results['gt_inverse_depth_map'] == 3).all() and (results['gt_depth_map'] == 12).all()
    assert results['units_width'] == dict(gt_inverse_depth_map=2, gt_depth_map=2)
    again = RepairUnits()(results)
    assert (again['gt_inverse_depth_map'] == 3).all()


def test_mark_only():
    results = dict(units_width=dict(gt_depth_map=4), units_height=dict(gt_depth_map=1),
                   gt_depth_map=np.full((1, 2), 6, np.float32))
    results = RepairUnits(mark_only=True)(results)
    assert (results['gt_depth_map'] == 6).all() and results['units_width'] == dict(gt_depth_map=2)


def test_depth_in_plain_metres():
    results = dict(units_width=dict(gt_inverse_depth_map=4, gt_depth_map=4),
                   units_height=dict(gt_inverse_depth_map=1, gt_depth_map=1),
                   gt_inverse_depth_map=np.full((1, 2), 6, np.float32),
                   gt_depth_map=np.full((1, 2), 6, np.float32))
    results = RepairUnits(zoom_depth=False)(results)
    assert (results['gt_inverse_depth_map'] == 3).all() and (results['gt_depth_map'] == 6).all()


def test_normals():
    normal = np.array([[[.6, 0, -.8]] * 2], np.float32)  # enlarged to double the width and height

    def run(**options):
        results = dict(units_width=dict(gt_normal_map=1), units_height=dict(gt_normal_map=.5),
                       gt_normal_map=normal)
        return RepairUnits(**options)(results)

    results = run()
    np.testing.assert_allclose(results['gt_normal_map'][0, 0],
                               np.array([.6, 0, -1.6]) / np.hypot(.6, 1.6), rtol=1e-6)
    assert results['units_width'] == dict(gt_normal_map=2)
    assert results['units_height'] == dict(gt_normal_map=1)
    for options in (dict(mark_only=True), dict(zoom_depth=False)):
        results = run(**options)
        assert results['gt_normal_map'] is normal
        assert results['units_width'] == dict(gt_normal_map=2)
    with pytest.raises(ValueError, match='gt_normal_map when it was loaded is not known'):
        RepairUnits()(dict(units_width=dict(gt_normal_map=1), gt_normal_map=normal))


def test_unknown_width():
    with pytest.raises(ValueError, match='Load it with mmmtl.LoadDepth'):
        RepairUnits()(dict(gt_depth_map=np.ones((1, 2), np.float32)))


def test_after_pad():
    results = dict(img=np.zeros((2, 4, 3)), pad_fixed_size=(4, 2),
                   units_width=dict(gt_inverse_depth_map=2, gt_instance_map=2),
                   units_height=dict(gt_inverse_depth_map=2),
                   gt_inverse_depth_map=np.full((2, 2), 5, np.float32),
                   gt_instance_map=np.ones((2, 2), np.int32))
    results = RepairUnits()(results)
    np.testing.assert_array_equal(results['gt_inverse_depth_map'], [[5, 5, np.nan, np.nan]] * 2)
    assert results['gt_instance_map'].tolist() == [[1, 1, 0, 0]] * 2
    assert results['units_width']['gt_inverse_depth_map'] == 4


def test_repr():
    assert repr(RepairUnits()) == 'RepairUnits(mark_only=False, zoom_depth=True)'
