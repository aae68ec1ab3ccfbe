"""Normals in their colours."""

import numpy as np

from mmmtl.visualization import draw_normals
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.normals import draw_ball, normals_column


def test_known_colours():
    normals = np.array([[1., 0, np.nan], [0, -1, 0], [0, 0, 0]]).reshape(3, 1, 3)
    picture = draw_normals(normals)
    assert picture[0, 0].tolist() == [255, 128, 128]  # to the right: red
    assert picture[0, 1].tolist() == [128, 255, 128]  # up: green
    assert np.ptp(picture[0, 2]) == 0


def test_ball_faces_the_camera_in_its_middle():
    assert draw_ball(21)[10, 10].tolist() == [128, 128, 255]


def test_column(image, maps, meta):
    assert set(normals_column(make_frame(image, maps, meta, 64, 64)).tiles) == {'gt', 'pred'}
