"""Pictures of logs."""

import math

import pytest
from PIL import Image

from mmmtl.comparison.balancing_figure import PANELS, _pair, draw_balancing
from mmmtl.comparison.balancing_log import BalancingLog, Series


def series(*values):
    return Series(list(range(1, len(values) + 1)), list(values))


def size_of(path):
    with Image.open(path) as image:
        return image.size


def test_only_what_was_logged(tmp_path):
    """A row for each kind, a column for each run; equal lines and numbers of 0 are no problem."""
    bare = BalancingLog('bare', ['a', 'b'], {'raw': dict(a=series(1.0, 0.1), b=series(0.0, 0.0))})
    full = BalancingLog('full', ['a', 'b'], {
        'raw': dict(a=series(30.0, 0.1), b=series(5.0, 4.0)),
        'weight': dict(a=series(1.0, 1.0), b=series(1.0, 1.0)),
        'log_var': dict(a=series(0.0, -9.0)),
        'grad_norm': dict(a=series(1.0, 2.0), b=series(1.0)),
        'grad_cos': {'a-b': series(-1.0, 1.0)}})
    draw_balancing([bare], tmp_path / 'bare.png')
    draw_balancing([bare, full], tmp_path / 'both.png')
    (width, height), (both_width, both_height) = (
        size_of(tmp_path / name) for name in ('bare.png', 'both.png'))
    assert both_width > 1.8 * width and both_height > 4 * height


def test_pairs_of_tasks_with_hyphens():
    tasks = ['a', 'a-b', 'c']
    assert _pair('a-b-c', tasks) == ('a-b', 'c')
    assert _pair('a-c', tasks) == ('a', 'c')
    assert _pair('c', tasks) is None


def test_what_is_learned_is_called_by_its_name():
    """log b² of a Laplace distribution is log_var too; its variance would be 2b² = 8."""
    panel, = (panel for panel in PANELS if 'log_var' in panel.title)
    assert panel.title == 'Learned exp(log_var): σ² (Laplace: b²)'
    log = BalancingLog('run', ['depth'], {'log_var': dict(depth=series(2 * math.log(2)))})
    assert panel.series(log)['depth'].values == [pytest.approx(4.0)]
