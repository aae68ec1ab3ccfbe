"""Loops over maps against torch."""

import numpy as np
import pytest
import torch

pytest.importorskip('numba')

from mmmtl.clustering.kernels.map_kernels import arg_max, upsample


def test_arg_max_with_ties_and_nan():
    scores = torch.randn(19, 5000, generator=torch.Generator().manual_seed(0))
    scores = scores.mul(3).round()  # ties
    scores[3, :50], scores[7, 20:70] = torch.nan, torch.nan
    scores[0, 70], scores[:, 71] = torch.nan, -torch.inf
    classes = np.empty(5000, np.int64)
    arg_max(scores.numpy(), classes)
    np.testing.assert_array_equal(classes, scores.argmax(0))


def test_upsampling_by_hand():
    source = np.array([[[0, 4], [8, 12]]], np.float32)
    out = np.empty((1, 3, 3), np.float32)
    one = (np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([0, 0.5, 0], np.float32))
    upsample(source, out, *one, *one)
    np.testing.assert_array_equal(out[0], [[0, 2, 4], [4, 6, 8], [8, 10, 12]])
