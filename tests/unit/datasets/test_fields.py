"""The table of maps."""

import numpy as np
import pytest

from mmmtl.datasets.fields import MAP_FIELDS, largest_class, logits_field, pad_map


def test_fills():
    assert MAP_FIELDS['gt_instance_map'].fill == 0
    floats = [field for field in MAP_FIELDS.values() if field.dtype == 'float32']
    assert len(floats) == 4 and all(np.isnan(field.fill) for field in floats)


def test_pad_map():
    padded = pad_map(np.array([[1, 2]], np.int32), (2, 3), 0)
    assert padded.dtype == np.int32
    assert padded.tolist() == [[1, 2, 0], [0, 0, 0]]
    assert pad_map(np.ones((2, 3, 2), np.float32), (3, 3), np.nan).shape == (3, 3, 2)
    with pytest.raises(ValueError, match='cannot be padded'):
        pad_map(padded, (1, 3), 0)


@pytest.mark.parametrize('dtype', [np.uint8, np.int64])
def test_largest_class(dtype):
    assert largest_class(np.array([[3, 255], [0, 254]], dtype)) == 254
    assert largest_class(np.array([[3, 255], [0, 1]], dtype)) == 3
    assert largest_class(np.full((2, 2), 255, dtype)) == -1
    assert largest_class(np.zeros((0, 2), dtype)) == -1


def test_logits_stand_beside_their_classes():
    assert logits_field('pred_sem_seg') == 'seg_logits'
    assert logits_field('pred_part') == 'part_logits'
