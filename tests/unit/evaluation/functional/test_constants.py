"""The constant predictor."""

import pytest
import torch

from mmmtl.evaluation.functional import ConstantPredictor

NAN = float('nan')


def test_constants_by_hand():
    predictor = ConstantPredictor()
    predictor.update({
        'gt_sem_seg': torch.tensor([[[0, 3, 255]]]),
        'gt_instance_vector': torch.full((2, 1, 3), NAN),
        'gt_inverse_depth_map': torch.tensor([[[0., 6., NAN]]]),
        'gt_instance_map': torch.ones(1, 1, 3),
    })
    predictor.update({'gt_sem_seg': torch.tensor([[[1, 3, 1, 1]]])})
    predictor.update({'gt_inverse_depth_map': torch.tensor([[[3.]]])})
    assert predictor.constants == {
        'pred_sem_seg': 1,
        'pred_instance_vector': 0.,
        'pred_inverse_depth_map': 3.,
    }


def test_maps_have_the_shapes_and_types_of_predictions():
    predictor = ConstantPredictor()
    predictor.update({
        'gt_sem_seg': torch.tensor([[[2]]]),
        'gt_instance_vector': torch.zeros(2, 1, 1),
        'gt_depth_map': torch.tensor([[[1.5]]]),
    })
    maps = predictor.predict((3, 4))
    assert {field: (tuple(data.shape), data.dtype) for field, data in maps.items()} == {
        'pred_sem_seg': ((1, 3, 4), torch.int64),
        'pred_instance_vector': ((2, 3, 4), torch.float32),
        'pred_depth_map': ((1, 3, 4), torch.float32),
    }
    assert maps['pred_depth_map'].unique().item() == pytest.approx(1.5)


def test_the_mean_normal_has_length_one():
    predictor = ConstantPredictor()
    predictor.update({'gt_normal_map': torch.tensor([[[0., NAN]], [[-1., 0.]], [[0., 0.]]])})
    predictor.update({'gt_normal_map': torch.tensor([[[0.]], [[0.]], [[-1.]]])})
    assert predictor.constants == {'pred_normal_map': pytest.approx([0, -0.5**0.5, -0.5**0.5])}
    data = predictor.predict((2, 3))['pred_normal_map']
    assert data.shape == (3, 2, 3) and data[:, 1, 2].tolist() == pytest.approx(
        [0, -0.5**0.5, -0.5**0.5])
    assert data.dtype == torch.float32


def test_unlabelled_task_has_no_constant():
    predictor = ConstantPredictor()
    predictor.update({
        'gt_sem_seg': torch.full((1, 2, 2), 255),
        'gt_depth_map': torch.full((1, 2, 2), NAN),
    })
    assert predictor.constants == {}
