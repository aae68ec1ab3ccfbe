"""Label tables against mmseg's own code."""

import numpy as np
import pytest
from mmseg.datasets.transforms import LoadAnnotations
from PIL import Image

from mmmtl.datasets.transforms.label_table import map_labels


@pytest.mark.parametrize('reduce', [False, True])
@pytest.mark.parametrize('label_map', [None, {0: 3, 1: 255, 2: 0, 254: 1}, {255: 255, 7: 7}])
def test_same_as_mmseg(tmp_path, reduce, label_map):
    ids = np.arange(256, dtype=np.uint8).reshape(16, 16)
    Image.fromarray(ids).save(tmp_path / 'a.png')
    results = LoadAnnotations()(dict(
        seg_map_path=str(tmp_path / 'a.png'), seg_fields=[], label_map=label_map,
        reduce_zero_label=reduce))
    labels, _ = map_labels(ids, label_map, reduce_zero_label=reduce)
    np.testing.assert_array_equal(labels, results['gt_seg_map'])
    assert labels.dtype == np.uint8


def test_unknown():
    ids = np.array([[0, 1, 2, 5, 255]], np.uint8)
    assert map_labels(ids, None)[1] == []
    assert map_labels(ids, None, num_labels=2)[1] == [2, 5]
    assert map_labels(ids, None, num_labels=2, reduce_zero_label=True)[1] == [5]
    assert map_labels(ids, {0: 0, 1: 255}, num_labels=99)[1] == [2, 5]
