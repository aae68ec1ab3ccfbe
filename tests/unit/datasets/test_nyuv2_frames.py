"""One frame of the NYUv2 converter: classes, instances, sizes."""

import numpy as np
import pytest

from mmmtl.datasets.nyuv2_frames import label_tables, number_instances, resize


def test_label_tables():
    to_40, to_13 = label_tables(np.array([40, 5, 1]))
    assert to_40.tolist() == [0, 40, 5, 1] and to_13.tolist() == [0, 7, 4, 12]
    for wrong in ([0, 1], [41], []):
        with pytest.raises(ValueError, match='1 ... 40'):
            label_tables(np.array(wrong, dtype=int)) if wrong else label_tables(np.array([99]))


def test_number_instances():
    labels = np.array([[9, 9, 8, 7, 0, 6]])
    instances = np.array([[2, 1, 1, 1, 1, 0]])
    labels_40 = np.array([[5, 5, 5, 3, 0, 4]], np.uint8)
    ids = number_instances(labels, instances, labels_40)
    assert ids.dtype == np.uint16
    assert ids.tolist() == [[5003, 5002, 5001, 3001, 0, 0]]


def test_resize_takes_the_nearest_pixel():
    array = np.arange(16).reshape(4, 4)
    assert resize(array, (2, 2)).tolist() == [[5, 7], [13, 15]]
    assert resize(array, None) is array
    assert resize(np.zeros((4, 4, 3), np.uint8), (2, 6), labels=False).shape == (2, 6, 3)
