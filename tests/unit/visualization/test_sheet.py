"""Which columns a sheet has, and where things are on it."""

import numpy as np
import pytest

from mmmtl.visualization import draw_sheet
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.sheet import image_column, task_columns


def titles(image, maps, meta) -> list[str]:
    return [column.title for column in task_columns(make_frame(image, maps, meta, 64, 64))]


def test_vectors_stand_for_true_instances_where_none_are_predicted(image, maps, meta):
    assert titles(image, maps, meta) == [
        'semantics', 'instance vectors', 'instances', 'inverse depth (disparity)', 'depth',
        'surface normals']
    truth = {name: data for name, data in maps.items() if name.startswith('gt_')}
    assert titles(image, truth, meta)[1:3] == ['instance vectors', 'instances']
    del maps['pred_instance_map']
    assert 'instances' not in titles(image, maps, meta)


def test_panoptic_map_follows_the_instances(image, maps, meta):
    maps['pred_panoptic_map'] = np.full((1, 32, 64), -1)
    assert titles(image, maps, meta)[2:4] == ['instances', 'panoptic']


def test_a_column_for_each_map_of_classes(image, maps, meta):
    maps['pred_part_seg'] = np.ones((1, 32, 64), np.int64)
    assert titles(image, maps, meta)[:3] == ['semantics', 'part seg', 'instance vectors']


def test_no_task(image, meta):
    assert titles(image, {}, meta) == []


@pytest.mark.parametrize('rows', [('gt', ), ('pred', ), ('gt', 'pred')])
def test_image_comes_first_and_sizes_add_up(image, maps, meta, rows):
    for name in ('gt_depth_map', 'pred_depth_map', 'gt_normal_map', 'pred_normal_map',
                 'pred_instance_map'):
        del maps[name]
    frame = make_frame(image, maps, meta, 384, 640)
    sheet = draw_sheet(frame, rows, 'name.png')
    height, width = frame.shape
    assert sheet.dtype == np.uint8
    assert len(rows) * height < sheet.shape[0] < len(rows) * height + 400
    assert 4 * width < sheet.shape[1] < 4 * width + 120
    gutter, top = 2 * (frame.font + 1), 4 * (frame.font + 2)
    assert (sheet[top:top + height, gutter:gutter + width] == frame.image).all()


def test_more_than_four_columns_are_broken_into_bands(image, maps, meta):
    frame = make_frame(image, maps, meta, 384, 640)  # seven with the image: four and three
    sheet, (height, width) = draw_sheet(frame, ('gt', 'pred')), frame.shape
    assert 4 * height < sheet.shape[0] < 4 * height + 800
    assert 4 * width < sheet.shape[1] < 4 * width + 120
    assert (sheet[-height:, -width:] == 255).all()  # nothing below the fourth


def test_unlabelled_task_has_an_empty_tile(image, maps, meta):
    labelled = draw_sheet(make_frame(image, maps, meta, 384, 640), ('gt', 'pred'))
    del maps['gt_normal_map']
    without = draw_sheet(make_frame(image, maps, meta, 384, 640), ('gt', 'pred'))
    assert labelled.shape == without.shape and (labelled != without).any()


def test_second_row_shows_the_image_under_the_prediction(image, maps, meta):
    frame = make_frame(image, maps, meta, 384, 640)
    tiles = image_column(frame, ('gt', 'pred'), task_columns(frame)).tiles
    assert (tiles['gt'] == frame.image).all() and (tiles['pred'] != frame.image).any()
