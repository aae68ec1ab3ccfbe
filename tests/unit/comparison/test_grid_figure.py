"""Kendall's Figure 2."""

import pytest
from PIL import Image

from mmmtl.comparison import Row, Spread, Summary
from mmmtl.comparison.grid_figure import draw_grid


def scores(value, number=2):
    return {key: Spread(value, 0.1, number)
            for key in ('semantic/mIoU', 'depth/rmse', 'depth/mae', 'depth/epe')}


def test_drawn(tmp_path):
    rows = [Row('single task', 'single', [0, 1], scores(2.0)),
            Row('uncertainty', 'method', [0], scores(3.0, 1)),
            *(Row(f'w{w}', 'grid', [0, 1], scores(w), weights=dict(semantic=w, depth=1 - w))
              for w in (0.1, 0.5, 0.9))]
    summary = Summary(rows, list(rows[0].scores), [], {}, {})
    draw_grid(summary, tmp_path / 'grid.png')
    with Image.open(tmp_path / 'grid.png') as image:
        assert image.width > image.height > 500  # two by two panels
    with pytest.raises(KeyError, match=r"\['dwa'\] to draw as a line; there are \['uncertainty'\]"):
        draw_grid(summary, tmp_path / 'x.png', ['dwa'])
    summary.rows = rows[:2]
    with pytest.raises(ValueError, match='no finished run with fixed weights'):
        draw_grid(summary, tmp_path / 'x.png')


def test_numbers_that_are_not_finite(tmp_path):
    """Are left out, also as lines; names of lines in any spelling."""
    nothing = dict(scores(1.0), **{'depth/mae': Spread(float('nan'), float('nan'), 2)})
    rows = [Row('single task', 'single', [0], nothing), Row('equal', 'method', [0], nothing),
            *(Row(f'w{w}', 'grid', [0], nothing, weights=dict(semantic=w, depth=1 - w))
              for w in (0.1, 0.9))]
    draw_grid(Summary(rows, list(nothing), [], {}, {}), tmp_path / 'grid.png', ['Equal'])
    assert (tmp_path / 'grid.png').stat().st_size > 10000
