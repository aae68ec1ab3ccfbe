"""Class weights of a config: any kind of number, and no nonsense."""

import numpy as np
import pytest
import torch

from mmmtl.models.losses.class_weights import class_weight_tensor


@pytest.mark.parametrize('weights', [
    [1, 10], (1.0, 10), np.array([1, 10]), torch.tensor([1, 10]), [np.int64(1), np.float64(10)]])
def test_any_numbers_are_float64(weights):
    found = class_weight_tensor(weights, 'a')
    assert found.dtype == torch.float64 and found.tolist() == [1.0, 10.0]


def test_none_is_none():
    assert class_weight_tensor(None, 'a') is None


@pytest.mark.parametrize('weights', [
    'weights.npy', [1.0, -1.0], [1.0, float('nan')], [float('inf'), 1.0], [[1.0, 2.0]], 3.0,
    ['a', 'b'], [1.0, None], {'road': 1.0}])
def test_anything_else_is_refused_with_its_place(weights):
    with pytest.raises(ValueError, match='OneLoss: class_weight must be a list of one number per'):
        class_weight_tensor(weights, 'OneLoss')
