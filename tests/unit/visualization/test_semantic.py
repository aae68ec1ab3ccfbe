"""Classes in their colours."""

import numpy as np

from mmmtl.visualization import draw_semantic
from mmmtl.visualization.canvas import checker
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.semantic import draw_semantic_legend, semantic_column


def test_known_pixels():
    picture = draw_semantic(np.array([[0, 1, 255, -1]]), [(1, 2, 3), (4, 5, 6)])
    assert picture[0, :2].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert (picture[0, 2:] == checker(1, 4)[0, 2:]).all()


def test_legend_names_only_what_occurs(image, maps, meta):
    def height(labels):
        frame = make_frame(image, {'gt_sem_seg': labels}, meta, 64, 64)
        return semantic_column(frame).legend

    few, more = height(maps['pred_sem_seg']), height(maps['gt_sem_seg'])
    assert more.shape[0] > few.shape[0]  # 'no label' is one more
    assert (few == meta['palette'][1]).all(axis=2).any()
    assert not (few == meta['palette'][2]).all(axis=2).any()


def test_legend_has_columns():
    entries = [('name', (i, 0, 0)) for i in range(12)]
    assert draw_semantic_legend(entries, 600, 12).shape[0] < 4 * 18


def test_absent(image, meta):
    assert semantic_column(make_frame(image, {}, meta, 64, 64)) is None
