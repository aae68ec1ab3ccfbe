"""Parts of resized images, against OpenCV's whole ones."""

import cv2
import numpy as np
import pytest

from mmmtl.datasets.transforms import resized_part
from mmmtl.datasets.transforms.resized_part import (
    Box,
    bilinear_part,
    is_exact,
    linear_axis,
    nearest_index,
    nearest_part,
)

RANDOM = np.random.RandomState(0)
CASES = [(tuple(RANDOM.randint(2, 150, 2)), tuple(RANDOM.randint(2, 300, 2))) for _ in range(60)]


def box_of(size, seed):
    random = np.random.RandomState(seed)
    top, left = random.randint(0, size[1]), random.randint(0, size[0])
    return Box(top, random.randint(top, size[1]) + 1, left, random.randint(left, size[0]) + 1)


def test_bilinear():
    assert is_exact()
    for seed, (shape, size) in enumerate(CASES):
        image = np.random.RandomState(seed).randint(0, 256, (*shape, 3)).astype(np.uint8)
        size = tuple(map(int, size))
        box = box_of(size, seed)
        whole = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
        assert np.array_equal(bilinear_part(image, size, box),
                              whole[box.top:box.bottom, box.left:box.right])


@pytest.mark.parametrize('dtype', [np.uint8, np.int32, np.float32])
def test_nearest(dtype):
    for seed, (shape, size) in enumerate(CASES):
        values = np.random.RandomState(seed).randint(0, 250, shape).astype(dtype)
        size = tuple(map(int, size))
        box = box_of(size, seed)
        whole = cv2.resize(values.astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
        rows, columns = nearest_index(shape[0], size[1]), nearest_index(shape[1], size[0])
        found = nearest_part(values, rows[box.top:box.bottom], columns[box.left:box.right])
        assert found.dtype == dtype
        assert np.array_equal(found, whole[box.top:box.bottom, box.left:box.right])


def test_normals_and_long_axes():
    normals = RANDOM.randn(7, 9, 3).astype(np.float32)
    found = nearest_part(normals, np.array([6, 0]), np.array([8, 1, 1]))
    assert np.array_equal(found, normals[[6, 0]][:, [8, 1, 1]])
    assert nearest_index(70_000, 70_000).tolist() == list(range(70_000))


def test_an_axis_by_hand():
    """Four pixels from two: at -0.25, 0.25, 0.75 and 1.25 of them."""
    first, second, weights = linear_axis(2, 4, 0, 4, columns=True)
    assert first.tolist() == [0, 0, 0, 1] and second.tolist() == [0, 1, 1, 1]
    assert weights.tolist() == [[2048, 0], [1536, 512], [512, 1536], [2048, 0]]


def test_another_opencv_is_noticed(monkeypatch):
    is_exact.cache_clear()
    resize = cv2.resize
    monkeypatch.setattr(resized_part.cv2, 'resize',
                        lambda *args, **options: np.bitwise_or(resize(*args, **options), 1))
    try:
        assert not is_exact()
    finally:
        is_exact.cache_clear()
