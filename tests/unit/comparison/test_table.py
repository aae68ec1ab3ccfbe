"""Tables for people and for programs."""

import csv
import io
import math

from mmmtl.comparison import Row, Spread, Summary, csv_table, markdown_table


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
