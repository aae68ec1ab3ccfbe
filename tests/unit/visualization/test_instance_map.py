"""Objects over the image."""

import numpy as np
import pytest

from mmmtl.utils.colours import distinct_colours
from mmmtl.visualization import draw_instance_map
from mmmtl.visualization.canvas import caption
from mmmtl.visualization.class_table import table_of
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.instance_map import find_contours, instance_map_column, name_thing
from mmmtl.visualization.objects import NO_OBJECT, Thing

RED, BLUE = (200, 0, 0), (0, 0, 200)


def test_contour_lies_inside_and_between_neighbours():
    ids = np.zeros((1, 14), np.int64)
    ids[:, 1:8], ids[:, 8:] = 2**40, 2**40 + 1
    assert find_contours(np.repeat(ids, 14, 0))[7].nonzero()[0].tolist() == [1, 2, 6, 7, 8, 9]


def test_known_pixels():
    ids = np.zeros((9, 20), np.int32)
    ids[:, 3:10], ids[:, 10:] = 26000, 26001
    picture = draw_instance_map(
        ids, np.full((9, 20, 3), 100, np.uint8), {26000: RED, 26001: BLUE})
    assert picture[4, 1].tolist() == [100, 100, 100]  # the image itself
    assert picture[4, 3].tolist() == list(RED) and picture[4, 10].tolist() == list(BLUE)
    assert picture[4, 6].tolist() == [150, 50, 50]  # half the image, half the colour


def test_found_objects_have_one_colour_in_both_rows(image, maps, meta):
    frame = make_frame(image, maps, meta, 640, 640)
    tiles = instance_map_column(frame).tiles
    contour = (frame.shape[0] // 2, frame.shape[1] // 2 - 1)
    assert (tiles['gt'][contour] == tiles['pred'][contour]).all()
    maps['pred_instance_map'] = np.roll(maps['pred_instance_map'], 25, axis=2)
    tiles = instance_map_column(make_frame(image, maps, meta, 640, 640)).tiles
    assert tiles['gt'][contour].tolist() == distinct_colours(1)[0].tolist()
    assert not (tiles['pred'] == tiles['gt'][contour]).all(axis=2).any()


@pytest.mark.parametrize('row', ['gt', 'pred'])
def test_note_where_there_is_no_object(image, maps, meta, row):
    maps[f'{row}_instance_map'] = np.zeros((1, 32, 64), np.int32)
    frame = make_frame(image, maps, meta, 384, 640)
    tiles = instance_map_column(frame).tiles
    assert (tiles[row] == caption(frame.backdrop, NO_OBJECT[row], frame.font)).all()


@pytest.mark.parametrize(('classes', 'matched'), [(('car', 'bed'), True), (('bed', 'car'), False)])
def test_found_is_what_has_the_same_name_in_another_list_of_classes(image, maps, meta, classes,
                                                                    matched):
    maps['pred_sem_seg'] = 1 - maps['pred_sem_seg']  # 'car' is class 0 of the first head
    head = {'pred_sem_seg': table_of({'classes': classes})}
    tiles = instance_map_column(make_frame(image, maps, meta, 640, 640, heads=head)).tiles
    edge = {row: tile[-1, 1].tolist() for row, tile in tiles.items()}
    assert (edge['gt'] == edge['pred']) == matched


def test_names():
    classes = ('road', 'car')
    assert name_thing(Thing(1, 0.876), classes) == 'car 0.88'
    assert name_thing(Thing(1), classes) == 'car'
    assert name_thing(Thing(None, 1.), classes) == '1.00'
    assert name_thing(Thing(7), classes) == '7' and name_thing(Thing(), classes) == ''


def test_absent(image, meta):
    assert instance_map_column(make_frame(image, {}, meta, 64, 64)) is None
