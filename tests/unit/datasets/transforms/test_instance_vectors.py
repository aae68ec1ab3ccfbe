"""Instance vectors against brute force."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mmmtl.datasets.transforms.instance_vectors import instance_vectors


def brute_force(ids):
    vectors = np.full((*ids.shape, 2), np.nan)
    for number in set(ids.ravel().tolist()):
        if number > 0:
            pixels = [(x, y) for y in range(ids.shape[0]) for x in range(ids.shape[1])
                      if ids[y, x] == number]
            centre_x = sum(x for x, _ in pixels) / len(pixels)
            centre_y = sum(y for _, y in pixels) / len(pixels)
            for x, y in pixels:
                vectors[y, x] = centre_x - x, centre_y - y
    return vectors


def test_by_hand():
    ids = np.array([[0, 7, 7], [0, 0, 7]], np.int32)
    vectors = instance_vectors(ids)
    third = 1 / 3
    np.testing.assert_allclose(vectors[0, 1], [5 / 3 - 1, third], rtol=1e-6)
    np.testing.assert_allclose(vectors[1, 2], [5 / 3 - 2, third - 1], rtol=1e-6)
    assert vectors.dtype == np.float32 and np.isnan(vectors[1, :2]).all()


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)),
                  elements=st.sampled_from([0, 0, 1, 2, 26000, 33999, 2**30, -4])))
def test_brute_force(ids):
    np.testing.assert_allclose(instance_vectors(ids), brute_force(ids), atol=1e-5)


def test_no_instances():
    assert np.isnan(instance_vectors(np.zeros((2, 3), np.int32))).all()


@pytest.mark.parametrize('ids', [np.zeros((2, 3), np.float32), np.zeros((1, 2, 3), np.int32)])
def test_errors(ids):
    with pytest.raises(ValueError, match='integers'):
        instance_vectors(ids)


def test_speed_at_full_size():
    """Tens of milliseconds; the bound is for loaded machines."""
    ids = np.zeros((1024, 2048), np.int32)
    ids[400:700] = np.arange(2048) // 20 + 26000
    start = time.process_time()
    instance_vectors(ids)
    assert time.process_time() - start < 1
