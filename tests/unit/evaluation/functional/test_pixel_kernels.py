"""The kernels' columns: what is added where. Their totals are tested in test_fast_sums.py."""

import math

import numpy as np

from mmmtl.evaluation.functional.pixel_kernels import (
    confusion,
    depth_errors,
    inverse_depth_errors,
    vector_errors,
)

NAN = math.nan


def test_confusion_by_hand() -> None:
    truth, pred = np.array([[0, 1, 1, 9, 255]]), np.array([[0, 0, 9, 1, 1]])
    assert confusion(pred, truth, 2, 255).tolist() == [[1, 0, 0], [1, 0, 1], [0, 1, 0]]


def test_columns_of_depth() -> None:
    truth = np.array([[2., NAN, 0.], [4., 1., -1.]])
    pred = np.array([[1., 9., 3.], [8., 1., 5.]])
    sums = np.zeros((3, 3))
    assert inverse_depth_errors(pred, truth, 0., 1e300, sums) == (4, 3, 0)
    assert sums.tolist() == [[5, 0, 3], [17, 0, 9], [1.5, 0, 0]]
    sums = np.zeros((4, 3))
    assert depth_errors(pred, truth, 0., 1e300, 1e-3, sums) == (3, 1, 1, 1, 0)
    assert sums[:3].tolist() == [[5, 0, 0], [17, 0, 0], [1.5, 0, 0]]
    assert np.allclose(sums[3], [2 * math.log10(2), 0, 0])


def test_columns_of_vectors() -> None:
    truth = np.array([[[0., NAN]], [[0., 0.]]])
    pred = np.array([[[3., 1.]], [[-4., 1.]]])
    sums = np.zeros((2, 2))
    assert vector_errors(pred, truth, sums) == (1, 0) and sums.tolist() == [[7, 0], [5, 0]]
