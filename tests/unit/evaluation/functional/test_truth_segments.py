"""Classes of true instances."""

import numpy as np

from mmmtl.evaluation.functional.overlaps import count_overlaps
from mmmtl.evaluation.functional.truth_segments import classes_of_instances


def test_majority_and_the_smaller_in_a_tie():
    semantic = np.array([1, 1, 2, 3, 2, 255, 255, 4])
    instance = np.array([9, 9, 9, 7, 7, 5, 5, 0])
    assert classes_of_instances(*count_overlaps(semantic, instance)) == {9: 1, 7: 2, 5: 255}


def test_pixels_of_further_maps_are_added():
    semantic = np.array([1, 1, 2, 2, 2])
    pred = np.array([0, 0, 1, 2, 3])
    assert classes_of_instances(*count_overlaps(semantic, np.full(5, 4), pred)) == {4: 2}
