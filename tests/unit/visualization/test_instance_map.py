"""Instances and their contours."""

import numpy as np

from mmmtl.visualization import draw_instance_map
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.instance_map import instance_colours, instance_map_column


def test_background_contours_and_colours():
    ids = np.zeros((4, 9), np.int32)
    ids[:, 3:6], ids[:, 6:] = 26000, 26001
    picture = draw_instance_map(ids, np.full((4, 9, 3), 7, np.uint8))
    assert (picture[1, 1] == 7).all()
    assert (picture[1, 3] == 255).all() and (picture[1, 6] == 255).all()
    assert (picture[1, 4] != picture[1, 7]).any()


def test_colours_differ():
    assert len({tuple(colour) for colour in instance_colours(60)}) == 60


def test_column(image, maps, meta):
    column = instance_map_column(make_frame(image, maps, meta, 64, 64))
    assert set(column.tiles) == {'gt', 'pred'}
