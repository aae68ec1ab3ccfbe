"""Text and resizing."""

import numpy as np

from mmmtl.visualization import canvas


def test_nearest_takes_the_middle_of_each_cell():
    data = np.arange(4).reshape(1, 1, 4)
    assert canvas.resize_nearest(data, (1, 2)).tolist() == [[[1, 3]]]
    assert canvas.resize_nearest(data, (2, 8))[0, 1].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_nearest_keeps_type_and_invents_no_value():
    data = np.array([[[7, 300]]], np.int32)
    large = canvas.resize_nearest(data, (5, 7))
    assert large.dtype == np.int32 and set(np.unique(large)) == {7, 300}


def test_lines_fit():
    lines = canvas.wrap('one two three four five six', 60, 12)
    assert ' '.join(lines) == 'one two three four five six'
    assert all(canvas.text_width(line, 12) <= 60 for line in lines)


def test_long_headlines_are_shortened():
    assert canvas.headline('x' * 500, 100, 12).shape == (24, 100, 3)


def test_caption_leaves_the_tile_alone():
    tile = np.zeros((40, 80, 3), np.uint8)
    assert canvas.caption(tile, 'text', 12).any() and not tile.any()


def test_checkers_are_grey():
    squares = canvas.checker(20, 20)
    assert np.ptp(squares, axis=2).max() == 0 and len(np.unique(squares)) == 2
