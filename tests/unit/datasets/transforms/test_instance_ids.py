"""Which ids are instances of things."""

import numpy as np
import pytest

from mmmtl.datasets.transforms.instance_ids import InstanceEncoding, keep_things


@pytest.mark.parametrize('dtype', [np.uint16, np.int32])
def test_cityscapes(dtype):
    ids = np.array([[0, 7, 26, 24000, 26123, 25001, 33999, 29000]]).astype(dtype)
    kept = keep_things(ids, InstanceEncoding(1000, (24, 26, 33)))
    assert kept.dtype == np.int32
    assert kept.tolist() == [[0, 0, 0, 24000, 26123, 0, 33999, 0]]


def test_kitti():
    ids = np.array([[0, 26 * 256, 26 * 256 + 1, 7 * 256, 24 * 256 + 255]], np.uint16)
    kept = keep_things(ids, InstanceEncoding(256, (24, 26), first=1))
    assert kept.tolist() == [[0, 0, 26001, 0, 24255]]
