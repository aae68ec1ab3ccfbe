"""The resized frame as the original."""

import numpy as np
import pytest

from mmmtl.datasets.transforms import ScoreAtInputSize


def test_sets_the_original_size():
    results = dict(img=np.zeros((2, 3, 3)), ori_shape=(4, 6), seg_fields=['gt_seg_map'],
                   gt_seg_map=np.zeros((2, 3)), scale_factor=(.5, .5))
    results = ScoreAtInputSize()(results)
    assert results['ori_shape'] == results['img_shape'] == (2, 3)
    assert results['scale_factor'] == (1, 1)


def test_labels_loaded_too_late():
    with pytest.raises(ValueError, match='Load the labels before resizing'):
        ScoreAtInputSize()(dict(img=np.zeros((2, 3, 3)), seg_fields=['gt_seg_map'],
                                gt_seg_map=np.zeros((4, 6))))
