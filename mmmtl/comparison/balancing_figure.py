"""Losses, weights, variances and gradients of tasks over a run, as small panels."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .balancing_log import COSINE, BalancingLog, Series, effective_weights, smooth
from .line_labels import Label, label_ends, plain_log_axis, task_colours

_RATIO_OF_LOG_AXIS = 12
_DASH = 4.0  # line widths
_GREY = '#333333'


@dataclass(frozen=True)
class Panel:
    """A row of the figure: what it shows and how.

    Attributes:
        title: says what it is, with the unit where there is one.
        series: of a log, by task or by pair of tasks.
        positive: numbers are above 0, so the axis may be logarithmic.
    """

    title: str
    series: Callable[[BalancingLog], dict[str, Series]]
    positive: bool = True


def _variances(log: BalancingLog) -> dict[str, Series]:
    """σ² of a Gaussian or a softmax; of a Laplace distribution b², half of its variance.

    A log does not say which of them; so there is no unit to name.
    """
    return {task: Series(one.steps, [math.exp(value) for value in one.values])
            for task, one in log.series.get('log_var', {}).items()}


PANELS = (
    Panel('Loss of each task, unweighted (in its own unit)', lambda log: log.series['raw']),
    Panel('Weight of each task (loss weight × gradient weight)', effective_weights),
    Panel('Learned exp(log_var): σ² (Laplace: b²)', _variances),
    Panel("Norm of each task's gradient (shared parameters, or layer)",
          lambda log: log.series.get('grad_norm', {})),
    Panel("Cosine between two tasks' gradients (below 0: conflict)",
          lambda log: log.series.get(COSINE, {}), positive=False),
)


def draw_balancing(logs: Sequence[BalancingLog], path: Path) -> None:
    """Draw runs side by side, a row for each thing that any of them logged.

    Thin lines are the logged numbers, thick ones their moving average. Rows share their axis, so
    that runs can be compared.

    Args:
        logs: one or more.
        path: of the png.
    """
    tasks = list(dict.fromkeys(task for log in logs for task in log.tasks))
    colours = task_colours(tasks)
    shown = [(panel, [panel.series(log) for log in logs]) for panel in PANELS]
    shown = [(panel, found) for panel, found in shown if any(found)]
    figure = Figure(figsize=(0.4 + 4.9 * len(logs), 0.5 + 2.15 * len(shown)), dpi=130,
                    layout='constrained')
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(shown), len(logs), squeeze=False, sharex='col', sharey='row')
    drawn: list[tuple[Axes, list[Label]]] = []
    for row, (panel, found) in zip(grid, shown, strict=True):
        for axes, series in zip(row, found, strict=True):
            drawn.append((axes, _draw(axes, series, colours)))
            _dress(axes, panel, found)
        row[0].set_title(panel.title, fontsize=9.5, loc='left')
    for axes in grid[-1]:
        axes.set_xlabel('training step', fontsize=9)
    if len(logs) > 1:
        for axes, log in zip(grid[0], logs, strict=True):
            axes.annotate(log.name, xy=(0, 1), xytext=(0, 22), xycoords='axes fraction',
                          textcoords='offset points', fontsize=11, fontweight='bold')
    else:
        figure.suptitle(logs[0].name, fontsize=11, fontweight='bold', x=0.01, ha='left')
    figure.canvas.draw()
    for axes, labels in drawn:
        label_ends(axes, labels)
    figure.savefig(path)


def _draw(axes: Axes, series: dict[str, Series],
          colours: dict[str, str]) -> list[Label]:
    labels: list[Label] = []
    lines: dict[tuple, list[str]] = {}  # colours of the lines that lie on each other
    for name, one in series.items():
        mean = smooth(one.values)
        names = _pair(name, list(colours)) or (name, )
        shades = [colours.get(task, _GREY) for task in names]
        axes.plot(one.steps, one.values, color=shades[0], lw=0.7, alpha=0.35 / len(names))
        key = (*one.steps, *(f'{value:.3g}' for value in mean))
        lines[key] = [*lines.get(key, []), *shades]
        parts = [(task, shade) for task, shade in zip(names, shades, strict=True)]
        for place in range(len(parts) - 1, 0, -1):
            parts.insert(place, (' · ', _GREY))
        labels.append((parts, mean[-1]))
        for i, shade in enumerate(lines[key]):  # in turn, so that all are seen
            number = len(lines[key])
            dashes = dict(ls=(i * _DASH, (_DASH, _DASH * (number - 1)))) if number > 1 else {}
            axes.plot(one.steps, mean, color=shade, lw=1.7, zorder=3, **dashes,
                      dash_capstyle='butt')
    if not series:
        axes.text(0.5, 0.62, 'not logged in this run', transform=axes.transAxes, ha='center',
                  va='center', fontsize=8.5, color='#888888')
    return labels


def _dress(axes: Axes, panel: Panel, found: Sequence[dict[str, Series]]) -> None:
    values = [value for series in found for one in series.values() for value in one.values]
    if not panel.positive:
        axes.set_ylim(-1.05, 1.05)
        axes.axhline(0, color='#333333', lw=0.8, zorder=1)
    elif min(values) > 0 and max(values) / min(values) > _RATIO_OF_LOG_AXIS:
        plain_log_axis(axes)
    elif min(values) >= 0:
        axes.set_ylim(0, 1.08 * max(values) or 1)
    axes.margins(x=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    axes.tick_params(labelsize=8)
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(alpha=0.25, lw=0.6)


def _pair(name: str, tasks: Sequence[str]) -> tuple[str, str] | None:
    """The tasks of ``a-b``; a task's name may have hyphens too."""
    for first in tasks:
        second = name.removeprefix(f'{first}-')
        if second != name and second in tasks:
            return first, second
    return None
