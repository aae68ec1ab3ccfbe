"""Colours for classes that have none."""

import itertools

import numpy as np

from mmmtl.visualization.distinct_colours import RESERVED, distinct_colours


def nearest(colours) -> float:
    return min(np.linalg.norm(np.subtract(a, b)) for a, b in itertools.combinations(colours, 2))


def test_far_from_each_other_from_those_taken_and_from_the_sign_for_no_label():
    taken = [(128, 64, 128), (244, 35, 232)]
    colours = distinct_colours(40, taken)
    assert len(colours) == 40
    assert nearest([*colours, *taken, *RESERVED]) > 50
    assert nearest(distinct_colours(150)) > 25


def test_fewer_are_the_first_of_more():
    assert distinct_colours(5) == distinct_colours(9)[:5]


def test_none_and_very_many():
    assert distinct_colours(0) == ()
    assert len(distinct_colours(5000)) == 5000
