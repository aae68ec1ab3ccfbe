"""Kendall's Figure 2: what a task scores at each fixed weight, and with learned weights."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmmtl.evaluation.directions import is_higher_better, task_of

from .line_labels import COLOURS, Label, label_ends, task_colours
from .methods import plain_name
from .plan import GRID, SINGLE
from .summary import Row, Summary

_USUAL = ('equal', 'uncertainty')
_SINGLE = '#444444'


def draw_grid(summary: Summary, path: Path, methods: Sequence[str] | None = None) -> None:
    """Draw one panel for each score: score against the weight of its task.

    Points are means over seeds with bars of one deviation; methods with weights of their own are
    horizontal lines with a band of one deviation, the single-task network a dashed line.

    Args:
        summary: with points of a grid.
        path: of the png.
        methods: that are drawn as lines; by default equal and learned weights (``uncertainty``),
            or all if neither was run.

    Raises:
        ValueError: the summary has no points of a grid.
        KeyError: it has no such method.
    """
    points = [row for row in summary.rows if row.kind == GRID]
    if not points:
        raise ValueError('no finished run with fixed weights (--grid): nothing to draw')
    lines = _lines(summary.rows, methods)
    tasks = list(points[0].weights)
    colours = task_colours(tasks)
    shades = _shades(lines, colours)
    keys = [key for key in summary.metrics if any(key in row.scores for row in points)]
    figure, panels = _panels(len(keys))
    drawn = []
    for axes, key in zip(panels, keys, strict=False):
        task = task_of(key) if task_of(key) in tasks else tasks[0]
        _draw_points(axes, key, task, points, colours[task])
        drawn.append((axes, _draw_lines(axes, key, lines, shades)))
        better = 'higher' if is_higher_better(key, summary.directions) else 'lower'
        axes.set_title(f'{key} ({better} is better)', fontsize=10, loc='left', color=colours[task])
    for axes in panels[len(keys):]:
        axes.remove()
    figure.canvas.draw()
    for axes, labels in drawn:
        label_ends(axes, labels, size=8)
    figure.savefig(path)


def _shades(lines: Sequence[Row], colours: Mapping[str, str]) -> dict[str, str]:
    """Colours of the lines by name: those that no task has."""
    free = [colour for colour in COLOURS if colour not in colours.values()]
    return {row.name: _SINGLE if row.kind == SINGLE else free[i % len(free)]
            for i, row in enumerate(lines[::-1])}


def _panels(number: int) -> tuple[Figure, list[Axes]]:
    """A figure with at least so many panels, in up to three columns."""
    columns = 2 if number == 4 else min(number, 3)
    rows = -(-number // columns)
    figure = Figure(figsize=(4.9 * columns, 3.3 * rows), layout='constrained', dpi=130)
    FigureCanvasAgg(figure)
    figure.suptitle('Scores with fixed weights (points) and with other methods (lines)',
                    fontsize=11)
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _lines(rows: Sequence[Row], methods: Sequence[str] | None) -> list[Row]:
    """The single-task row, and those of the chosen methods."""
    others = {row.name: row for row in rows if row.kind not in (GRID, SINGLE)}
    by_plain = {plain_name(name): row for name, row in others.items()}
    if methods is None:
        methods = [name for name in _USUAL if name in by_plain] or list(others)
    strange = [name for name in methods if plain_name(name) not in by_plain]
    if strange:
        raise KeyError(f'no finished run of {strange} to draw as a line; there are {list(others)}')
    return [*(row for row in rows if row.kind == SINGLE),
            *(by_plain[plain_name(name)] for name in methods)]


def _draw_points(axes: Axes, key: str, task: str, points: Sequence[Row], colour: str) -> None:
    scored = sorted((row for row in points if key in row.scores),
                    key=lambda row: row.weights[task])
    weights = [row.weights[task] for row in scored]
    means = [row.scores[key].mean for row in scored]
    bars = [row.scores[key].deviation if row.scores[key].number > 1 else 0.0 for row in scored]
    # Joined only where each weight occurs once: else other tasks' weights vary too.
    style = '-o' if len(set(weights)) == len(weights) else 'o'
    axes.errorbar(weights, means, bars, fmt=style, color=colour, ms=4, lw=1.3, capsize=2, zorder=3)
    axes.set_xlabel(f'fixed weight of {task}', fontsize=9)
    axes.tick_params(labelsize=8)
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(alpha=0.25, lw=0.6)


def _draw_lines(axes: Axes, key: str, lines: Sequence[Row],
                shades: Mapping[str, str]) -> list[Label]:
    labels: list[Label] = []
    for row in lines:
        spread = row.scores.get(key)
        if spread is None or math.isnan(spread.mean):
            continue
        shade, dashed = shades[row.name], row.kind == SINGLE
        axes.axhline(spread.mean, color=shade, lw=1.2, ls='--' if dashed else '-', zorder=2)
        if spread.number > 1 and not dashed:
            axes.axhspan(spread.mean - spread.deviation, spread.mean + spread.deviation,
                         color=shade, alpha=0.12, lw=0)
        labels.append(([(row.name, shade)], spread.mean))
    return labels
