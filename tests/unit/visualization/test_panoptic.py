"""The panoptic map."""

import numpy as np

from mmmtl.visualization import draw_panoptic
from mmmtl.visualization.canvas import checker
from mmmtl.visualization.class_table import table_of
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.panoptic import panoptic_column, true_panoptic

PALETTE = [(120, 60, 120), (0, 0, 140)]


def test_known_pixels():
    panoptic = np.zeros((5, 20), int)
    panoptic[:, :4] = -1
    panoptic[:, 8:14], panoptic[:, 14:] = 1001, 1002
    picture = draw_panoptic(panoptic, PALETTE)
    assert (picture[2, :4] == checker(5, 20)[2, :4]).all()
    assert picture[2, 5].tolist() == [120, 60, 120]
    assert picture[2, 11].tolist() == [0, 0, 140]  # the leftmost has the class's own colour
    assert picture[2, 17].tolist() == [114, 114, 191]  # 0.45 of the way to white
    assert (picture[2, [8, 13, 14]] >= 170).all()


def test_more_objects_than_shades_and_a_class_without_colour():
    panoptic = np.repeat(np.arange(7001, 7041), 3)[None].repeat(9, 0)
    assert draw_panoptic(panoptic, PALETTE).shape == (9, 120, 3)


def test_truth():
    labels = np.array([[0, 1, 1, 1, 255, 1]])
    ids = np.array([[0, 26005, 26005, 9, 9, 0]])
    # 255 is void even on an object; a thing without an object (a group) keeps its class
    assert true_panoptic(labels, ids).tolist() == [[0, 1001, 1001, 1002, -1, 1000]]


def test_column(image, maps, meta):
    assert panoptic_column(make_frame(image, maps, meta, 64, 64)) is None
    maps['pred_panoptic_map'] = np.where(maps['gt_sem_seg'] == 1, 1001, 0)
    column = panoptic_column(make_frame(image, maps, meta, 64, 64))
    assert set(column.tiles) == {'gt', 'pred'}
    assert column.tiles['gt'][10, 10].tolist() == column.tiles['pred'][10, 10].tolist()
    del maps['gt_instance_map']
    assert set(panoptic_column(make_frame(image, maps, meta, 64, 64)).tiles) == {'pred'}


def test_prediction_in_the_colours_of_its_head(image, maps, meta):
    maps['pred_panoptic_map'] = np.where(maps['gt_sem_seg'] == 1, 1001, 0)
    head = table_of({'classes': ('sofa', 'bed'), 'palette': [(1, 1, 1), (9, 9, 9)]})
    frame = make_frame(image, maps, meta, 64, 64, heads={'pred_sem_seg': head})
    tiles = panoptic_column(frame).tiles
    assert tiles['pred'][10, 10].tolist() == [9, 9, 9]
    assert tiles['gt'][10, 10].tolist() == [0, 0, 142]
