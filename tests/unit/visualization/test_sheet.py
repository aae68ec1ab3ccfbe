"""Which columns a sheet has, and where things are on it."""

import numpy as np
import pytest

from mmmtl.visualization import draw_sheet
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.sheet import image_column, task_columns


def titles(image, maps, meta) -> list[str]:
    return [column.title for column in task_columns(make_frame(image, maps, meta, 64, 64))]


def test_predicted_instances_take_the_place_of_vectors(image, maps, meta):
    assert titles(image, maps, meta) == [
        'semantics', 'instances', 'inverse depth (disparity)', 'depth', 'surface normals']
    del maps['pred_instance_map']
    assert titles(image, maps, meta)[1] == 'instance vectors'
    truth = {name: data for name, data in maps.items() if name.startswith('gt_')}
    assert titles(image, truth, meta)[1:3] == ['instance vectors', 'instances']
    assert titles(image, {}, meta) == []


@pytest.mark.parametrize('rows', [('gt', ), ('pred', ), ('gt', 'pred')])
def test_image_comes_first_and_sizes_add_up(image, maps, meta, rows):
    frame = make_frame(image, maps, meta, 384, 640)
    sheet = draw_sheet(frame, rows, 'name.png')
    height, width = frame.shape
    assert sheet.dtype == np.uint8
    assert len(rows) * height < sheet.shape[0] < len(rows) * height + 400
    assert 6 * width < sheet.shape[1] < 6 * width + 120
    gutter, top = 2 * (frame.font + 1), 4 * (frame.font + 2)
    assert (sheet[top:top + height, gutter:gutter + width] == frame.image).all()


def test_unlabelled_task_has_an_empty_tile(image, maps, meta):
    labelled = draw_sheet(make_frame(image, maps, meta, 384, 640), ('gt', 'pred'))
    del maps['gt_normal_map']
    without = draw_sheet(make_frame(image, maps, meta, 384, 640), ('gt', 'pred'))
    assert labelled.shape == without.shape and (labelled != without).any()


def test_second_row_shows_the_image_under_the_prediction(image, maps, meta):
    frame = make_frame(image, maps, meta, 384, 640)
    tiles = image_column(frame, ('gt', 'pred'), task_columns(frame)).tiles
    assert (tiles['gt'] == frame.image).all() and (tiles['pred'] != frame.image).any()
