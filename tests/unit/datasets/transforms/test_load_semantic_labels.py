"""Semantic labels: mapped, checked, and with the sky kept where it is needed."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadSemanticLabels


@pytest.fixture
def frame(tmp_path):
    Image.fromarray(np.array([[23, 7, 255]], np.uint8)).save(tmp_path / 'a.png')
    return dict(seg_map_path=str(tmp_path / 'a.png'), label_map={7: 0, 23: 255}, sky_id=23,
                reduce_zero_label=False)


def test_labels(frame):
    loaded = LoadSemanticLabels()(frame)
    assert loaded['gt_seg_map'].tolist() == [[255, 0, 255]]
    assert 'sky_mask' not in loaded


def test_sky_for_disparity(frame):
    loaded = LoadSemanticLabels()(dict(frame, disparity_path='b.png'))
    assert loaded['sky_mask'].tolist() == [[True, False, False]]


def test_unknown_values(frame):
    with pytest.raises(ValueError, match=r'a.png .*label values \[23\] are outside the classes'):
        LoadSemanticLabels()(dict(frame, label_map=None, num_labels=19))


def test_one_object_for_two_data_sets(frame):
    """mmseg's loader remembers reduce_zero_label of the first frame and then asserts."""
    loader = LoadSemanticLabels()
    loader(dict(frame))
    reduced = loader(dict(frame, reduce_zero_label=True, label_map=None))
    assert reduced['gt_seg_map'].tolist() == [[22, 6, 255]]
