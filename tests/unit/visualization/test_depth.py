"""Depth on its scale."""

import numpy as np
import pytest

from mmmtl.visualization import depth, draw_depth
from mmmtl.visualization.canvas import checker
from mmmtl.visualization.depth import (
    colour_table,
    depth_column,
    draw_colour_bar,
    end_names,
    inverse_depth_column,
)
from mmmtl.visualization.frame import make_frame


def test_near_is_bright_in_both_kinds():
    values = np.array([[1., 9.]])
    inverse, metric = draw_depth(values, 0, 10, True), draw_depth(values, 0, 10, False)
    assert inverse[0, 1].sum() > inverse[0, 0].sum()
    assert metric[0, 1].sum() < metric[0, 0].sum()


def test_lightness_rises_evenly():
    light = colour_table(True).astype(float) @ (0.299, 0.587, 0.114)
    assert (np.diff(light) > -1).all() and light[-1] > 200 > 20 > light[0]


def test_invalid_is_checkers_and_ends_are_kept():
    picture = draw_depth(np.array([[np.nan, -5., 0., 10., 99.]]), 0, 10, True)
    assert (picture[0, 0] == checker(1, 5)[0, 0]).all()
    assert (picture[0, 1] == picture[0, 2]).all() and (picture[0, 3] == picture[0, 4]).all()


def test_truth_sets_the_scale_of_both_rows(image, maps, meta):
    maps['pred_inverse_depth_map'] = maps['gt_inverse_depth_map'] * 100
    tiles = inverse_depth_column(make_frame(image, maps, meta, 64, 64)).tiles
    alone = inverse_depth_column(
        make_frame(image, {'gt_inverse_depth_map': maps['gt_inverse_depth_map']}, meta, 64, 64))
    assert (tiles['gt'] == alone.tiles['gt']).all()
    assert (tiles['pred'][10, 10] == colour_table(True)[255]).all()


def test_truth_without_measurement_leaves_the_scale_to_the_prediction(image, maps, meta):
    maps['gt_depth_map'] = np.full_like(maps['gt_depth_map'], np.nan)
    tiles = depth_column(make_frame(image, maps, meta, 64, 64)).tiles
    assert len(np.unique(tiles['pred'][:, 5], axis=0)) > 20


def test_bar_shows_the_whole_table():
    bar = draw_colour_bar(0, 57, ('0', '≥ 57 px'), True, 384, 15)
    assert bar.shape[1] == 384
    assert (bar[5] == colour_table(True)[0]).all(axis=1).any()
    assert (bar[5] == colour_table(True)[255]).all(axis=1).any()


@pytest.mark.parametrize(('values', 'names'), [
    ([2., 9.5, np.nan, np.inf], ('2', '9.5 m')), ([1.9, 9.5], ('≤ 2', '9.5 m')),
    ([2., 9.6], ('2', '≥ 9.5 m')), ([0., 99.], ('≤ 2', '≥ 9.5 m'))])
def test_ends_beyond_which_values_lie_are_marked(values, names):
    assert end_names(2., 9.5, np.array(values), 'm') == names


def test_predictions_nearer_than_all_of_the_truth_are_marked(image, maps, meta, monkeypatch):
    bars = []
    monkeypatch.setattr(depth, 'draw_colour_bar', lambda low, high, ends, *rest: bars.append(
        ends) or np.zeros((9, 64, 3), np.uint8))
    maps['gt_depth_map'] = np.clip(maps['gt_depth_map'], 3., None)
    maps['pred_depth_map'] = np.full_like(maps['gt_depth_map'], 1.)
    depth_column(make_frame(image, maps, meta, 64, 64))
    assert bars[0][0] == '≤ 3'


def test_the_lower_end_is_named_where_no_round_number_is():
    bars = [draw_colour_bar(.15, .3, (name, '0.3 m'), False, 384, 15) for name in ('0.15', '')]
    assert (bars[0] != bars[1])[:, :80].any()
