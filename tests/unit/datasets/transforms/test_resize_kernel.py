"""Counts of classes in a part of a map, by numpy."""

import numpy as np
import pytest

from mmmtl.datasets.transforms.resize_kernel import class_counts


@pytest.mark.parametrize('columns', [0, 1, 6, 7])
def test_counts(columns):
    random = np.random.RandomState(columns)
    labels = random.randint(0, 256, (9, 8)).astype(np.uint8)
    rows = random.randint(0, 9, 5).astype(np.int32)
    across = random.randint(0, 8, columns).astype(np.int32)
    expected = np.bincount(labels[rows][:, across].ravel(), minlength=256)
    assert np.array_equal(class_counts(labels, rows, across), expected)
