"""Tables for people and for programs."""

import csv
import io
import math

import pytest

from mmmtl.comparison import Row, Spread, Summary, csv_table, markdown_table
from mmmtl.comparison.table import _format


def make(over_tasks=None):
    over_tasks = over_tasks or Spread(-0.001, 0.5, 2)
    rows = [
        Row('single task', 'single', [0, 1], {'depth/rmse': Spread(0.75, 0.0125, 2)}),
        Row('equal', 'method', [0, 1], {'depth/rmse': Spread(0.7, math.nan, 1),
                                        'depth/mae': Spread(12.345, 0.1, 2)},
            over_tasks, Spread(6.25, 0.5, 2), Spread(1.5, 0.1, 2), Spread(1e8, 0, 2), 1.0, 1.0,
            dict(semantic=1.0, depth=0.5)),
        Row('fixed_x', 'grid', [0, 1], {}, weights=dict(semantic=0.9, depth=0.1)),
    ]
    return Summary(rows, ['depth/rmse'], ['depth/rmse'], {'depth/rmse': 0.75}, {})


def test_markdown():
    lines = markdown_table(make()).splitlines()
    assert lines[0].startswith('|  | seeds | depth/rmse ↓ | Δm over tasks, % ↑ |')
    assert lines[0].endswith('| weights at the end: semantic, depth |')
    assert lines[2] == '| single task | 2 | 0.750 ± 0.013 | – | – | – | – | – |'
    assert lines[3] == ('| equal | 2 | 0.700 | +0.00 ± 0.50 | +6.25 ± 0.50 | 1.00× | 1.00× '
                        '| 1 / 0.5 |')
    assert lines[4].startswith('| fixed: semantic 0.9, depth 0.1 | 2 | – |')
    assert len({line.count('|') for line in lines[:5]}) == 1
    assert 'Δm counts depth/rmse' in lines[7]


def test_csv_has_everything():
    rows = list(csv.DictReader(io.StringIO(csv_table(make()))))
    assert rows[1]['depth/mae:mean'] == '12.345' and rows[1]['depth/rmse:deviation'] == ''
    assert rows[1]['seeds'] == '0 1' and rows[1]['weight:depth'] == '0.5'
    assert float(rows[1]['delta_m_over_metrics:mean']) == 6.25
    assert rows[0]['delta_m_over_tasks:mean'] == ''


def test_notes_say_what_is_missing():
    summary = make()
    summary.counted, summary.baseline = [], {}
    assert 'No Δm: there is no single-task baseline.' in markdown_table(summary)
    for row in summary.rows:
        row.seeds = [0]
    assert 'One seed: differences may be chance.' in markdown_table(summary)


def test_nan_is_shown():
    assert '| NaN |' in markdown_table(make(Spread(math.nan, math.nan, 2)))


def test_nan_is_told_from_nothing():
    summary = make(Spread(math.nan, math.nan, 2))
    rows = list(csv.DictReader(io.StringIO(csv_table(summary))))
    assert rows[1]['delta_m_over_tasks:mean'] == 'nan' and rows[2]['delta_m_over_tasks:mean'] == ''


@pytest.mark.parametrize('mean, deviation, signed, text', [
    (0.002, 0.0003, False, '0.0020 ± 0.0003'),
    (0.002, 0.00012, False, '0.00200 ± 0.00012'),
    (0.002, 0.0, False, '0.00200 ± 0.00000'),
    (0.002, math.nan, False, '0.00200'),
    (0.0, math.nan, False, '0.000'),
    (0.512, 0.0028, False, '0.512 ± 0.003'),
    (0.512, 0.0997, False, '0.512 ± 0.100'),
    (38.41, 0.43, False, '38.41 ± 0.43'),
    (38.41, 0.004, False, '38.410 ± 0.004'),
    (120.0, 33.0, False, '120.00 ± 33.00'),
    (1.0, 1e-12, False, '1.000 ± 0.000'),
    (-0.3, 0.4, True, '-0.30 ± 0.40'),
    (0.0, 1e-14, True, '+0.00 ± 0.00'),
    (0.003, 0.004, True, '+0.003 ± 0.004')])
def test_digits_are_those_of_the_deviation(mean, deviation, signed, text):
    assert _format(Spread(mean, deviation, 2), signed) == text


def test_options_of_the_wrapper_are_named():
    summary = make()
    summary.rows[0].options = summary.rows[1].options = dict(level='features')
    assert "With level='features' (of the optimizer wrapper): single task, equal." in (
        markdown_table(summary))
