"""Names at the ends of lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmmtl.comparison.line_labels import label_ends, plain_log_axis, spread_out, task_colours


def test_what_is_far_apart_stays():
    assert spread_out([0.1, 0.5, 0.9], 0.1) == [0.1, 0.5, 0.9]
    assert spread_out([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])
    assert spread_out([0.0, 0.0, 1.0], 0.1) == pytest.approx([0.0, 0.1, 1.0])
    assert spread_out([], 0.1) == []


@given(st.lists(st.floats(0, 1), max_size=8).map(sorted))
def test_neighbours_are_apart(places):
    moved = spread_out(places, 0.1)
    assert all(b - a >= 0.1 - 1e-9 for a, b in zip(moved, moved[1:], strict=False))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)


def test_colours_are_of_the_task():
    assert task_colours('ab')['a'] == task_colours('ac')['a'] != task_colours('ab')['b']


@pytest.mark.parametrize('log', [False, True])
def test_labels_stand_at_the_height_of_the_ends(log):
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    if log:
        plain_log_axis(axes)
    axes.set_ylim(1, 100)
    label_ends(axes, [([('a', 'red')], 10.0), ([('b', 'blue')], float('nan'))])
    box, = axes.artists
    assert box.xybox[1] == pytest.approx(0.5 if log else 1 / 11)
    figure.canvas.draw()
