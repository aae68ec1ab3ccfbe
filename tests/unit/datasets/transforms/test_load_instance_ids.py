"""Ids: plain ones, and those of an encoding."""

import numpy as np
from PIL import Image

from mmmtl.datasets.transforms import LoadInstanceIds


def load(tmp_path, array, **info):
    Image.fromarray(array).save(tmp_path / 'a.tiff')
    return LoadInstanceIds()(dict(instance_path=str(tmp_path / 'a.tiff'), **info))


def test_plain_ids(tmp_path):
    loaded = load(tmp_path, np.array([[0, 70001]], np.int32))['gt_instance_map']
    assert loaded.dtype == np.int32 and loaded.tolist() == [[0, 70001]]


def test_encoded_ids(tmp_path):
    encoding = dict(divisor=256, class_ids=(26, ), first=1)
    ids = np.array([[7, 26 * 256, 26 * 256 + 3, 27 * 256 + 1]], np.uint16)
    loaded = load(tmp_path, ids, instance_encoding=encoding)['gt_instance_map']
    assert loaded.tolist() == [[0, 0, 26003, 0]]
