"""Colours that can be told apart, the same in each run."""

import numpy as np

from mmmtl.utils.colours import distinct_colours


def test_neighbours_differ_and_the_beginning_stays() -> None:
    colours = distinct_colours(40)
    assert colours.shape == (40, 3) and colours.dtype == np.uint8
    assert np.array_equal(distinct_colours(7), colours[:7]) and distinct_colours(0).shape == (0, 3)
    assert len(np.unique(colours, axis=0)) == 40
    steps = np.linalg.norm(np.diff(colours.astype(float), axis=0), axis=1)
    assert steps.min() > 100  # of 441 between black and white


def test_the_first_by_hand() -> None:
    """Hue 0.08 is 28.8 degrees, saturation 0.95, value 1: between red and yellow at 0.48."""
    assert distinct_colours(1).tolist() == [[255, round(255 * (1 - .95 * .52)), round(255 * .05)]]
