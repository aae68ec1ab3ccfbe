"""Pictures of boundaries."""

import numpy as np

from mmmtl.visualization.boundaries import boundary_column, draw_boundaries
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.sheet import task_columns


def test_known_colours():
    picture = draw_boundaries(np.array([[1., 0, .2, np.nan]]))
    assert picture[0, :3].tolist() == [[0] * 3, [255] * 3, [204] * 3]
    assert picture.dtype == np.uint8 and picture[0, 3].tolist() not in ([0] * 3, [255] * 3)


def test_column(image, maps, meta):
    assert boundary_column(make_frame(image, maps, meta, 64, 64)) is None
    known = {'gt_boundary_map': np.zeros((1, 32, 64), np.float32),
             'pred_boundary_map': np.full((1, 32, 64), .5, np.float32)}
    column = boundary_column(make_frame(image, known, meta, 64, 64))
    assert set(column.tiles) == {'gt', 'pred'}
    titles = [one.title for one in task_columns(make_frame(image, {**maps, **known}, meta, 64, 64))]
    assert titles.count('boundaries') == 1
