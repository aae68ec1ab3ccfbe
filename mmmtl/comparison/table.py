"""A comparison as Markdown and CSV."""

import csv
import io
import math
from collections.abc import Sequence

from mmmtl.evaluation.directions import is_higher_better

from .plan import GRID, SINGLE
from .summary import Row, Spread, Summary

_NONE = '–'


def markdown_table(summary: Summary) -> str:
    """The table for people, with what its columns mean below it."""
    arrows = {key: '↑' if is_higher_better(key, summary.directions) else '↓'
              for key in summary.metrics}
    tasks = list(dict.fromkeys(task for row in summary.rows for task in row.weights))
    head = ['', 'seeds', *(f'{key} {arrow}' for key, arrow in arrows.items()),
            'Δm over tasks, % ↑', 'Δm over metrics, % ↓', 'time/step', 'memory/step',
            f'weights at the end: {", ".join(tasks)}']
    lines = [_line(head), _line(['---', *['---:'] * (len(head) - 1)])]
    for row in summary.rows:
        lines.append(_line([
            title_of(row), str(len(row.seeds)),
            *(_format(row.scores.get(key)) for key in summary.metrics),
            _format(row.over_tasks, signed=True), _format(row.over_metrics, signed=True),
            _times(row.relative_seconds), _times(row.relative_bytes),
            ' / '.join(f'{row.weights[task]:.3g}' for task in tasks) if row.weights else _NONE]))
    return '\n'.join([*lines, '', *_notes(summary)]) + '\n'


def csv_table(summary: Summary) -> str:
    """All numbers at full precision: every score, not only those of the Markdown table."""
    keys = list(dict.fromkeys(
        [*summary.metrics, *(key for row in summary.rows for key in row.scores)]))
    tasks = list(dict.fromkeys(task for row in summary.rows for task in row.weights))
    pairs = [*keys, 'delta_m_over_tasks', 'delta_m_over_metrics', 'seconds_per_step', 'peak_bytes']
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(['name', 'kind', 'seeds',
                     *(f'{key}:{part}' for key in pairs for part in ('mean', 'deviation')),
                     'relative_seconds', 'relative_bytes', *(f'weight:{task}' for task in tasks)])
    for row in summary.rows:
        spreads = [*(row.scores.get(key) for key in keys), row.over_tasks, row.over_metrics,
                   row.seconds, row.peak_bytes]
        numbers = [number for spread in spreads for number in _pair(spread)]
        writer.writerow([
            row.name, row.kind, ' '.join(map(str, row.seeds)),
            *map(_exact, [*numbers, row.relative_seconds, row.relative_bytes,
                          *(row.weights.get(task) for task in tasks)])])
    return text.getvalue()


def title_of(row: Row) -> str:
    """What a reader calls a row."""
    if row.kind == GRID:
        return 'fixed: ' + ', '.join(f'{task} {weight:g}' for task, weight in row.weights.items())
    return row.name


def _notes(summary: Summary) -> list[str]:
    most = max(len(row.seeds) for row in summary.rows)
    notes = ['Mean ± sample standard deviation over seeds.' if most > 1 else
             'One seed: differences may be chance.']
    if summary.counted:
        notes.append(f'Δm counts {", ".join(summary.counted)}, relative to the mean of the '
                     'single-task networks: mean over tasks as in Vandenhende et al. and LibMTL '
                     '(higher is better), mean over metrics as in Nash-MTL and FAMO (lower is '
                     'better).')
        left = [key for key in summary.metrics if key not in summary.counted]
        if left:
            notes.append(f'Without a baseline, and so not counted: {", ".join(left)}.')
    else:
        notes.append('No Δm: there is no single-task baseline.')
    if summary.unknown:
        notes.append(f'Left out, as no metric states whether more is better (--directions KEY='
                     f'higher or lower): {", ".join(summary.unknown)}.')
    notes += _options(summary.rows)
    if any(row.relative_seconds or row.relative_bytes for row in summary.rows):
        single = (' (single task: the sum of the times of all networks, the largest memory)'
                  if any(row.kind == SINGLE for row in summary.rows) else '')
        notes.append('Time: mean of a training step without waiting for data; memory: peak of all '
                     f'tensors in a step; both relative to equal weights{single}.')
    return notes + summary.cost_notes


def _options(rows: Sequence[Row]) -> list[str]:
    """Rows whose gradients were taken elsewhere than those of the others."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.options:
            text = ', '.join(f'{key}={value!r}' for key, value in row.options.items())
            found.setdefault(text, []).append(row.name)
    return [f'With {text} (of the optimizer wrapper): {", ".join(names)}.'
            for text, names in found.items()]


def _line(cells: Sequence[str]) -> str:
    return f'| {" | ".join(cells)} |'


def _format(spread: Spread | None, signed: bool = False) -> str:
    if spread is None:
        return _NONE
    if math.isnan(spread.mean):
        return 'NaN'
    digits = _digits(spread, signed)
    mean = f'{round(spread.mean, digits) + 0.0:{"+" if signed else ""}.{digits}f}'
    return mean if math.isnan(spread.deviation) else f'{mean} ± {spread.deviation:.{digits}f}'


def _digits(spread: Spread, signed: bool) -> int:
    """Decimals that show a figure of the deviation, two if it begins with 1; at least 2.

    Without a deviation, three figures of the mean. Deviations that are rounding errors (1e-5 of
    the mean, or 0.001 %) do not count.
    """
    size = abs(spread.mean)
    usual = 2 if signed or size >= 10 else 3
    if spread.deviation > max(1e-5 * size, 1e-3 if signed else 0.0):
        place = math.floor(math.log10(spread.deviation))
        return max(usual, (spread.deviation < 2 * 10 ** place) - place)
    return usual if signed or not size else max(usual, 2 - math.floor(math.log10(size)))


def _times(value: float | None) -> str:
    return _NONE if value is None else f'{value:.2f}×'


def _exact(value: float | None) -> str:
    return '' if value is None else repr(value)


def _pair(spread: Spread | None) -> tuple[float | None, float | None]:
    """Mean and deviation; a mean that is NaN stays to be seen, unlike one that is not there."""
    if spread is None:
        return None, None
    return spread.mean, None if math.isnan(spread.deviation) else spread.deviation
