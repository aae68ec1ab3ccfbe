"""Lines that are named where they end, so that nobody looks for a legend."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

#: the end of a line: its name in parts, each with a colour, and the last y value
Label = tuple[Sequence[tuple[str, str]], float]

#: of Okabe and Ito, without yellow: told apart by colour-blind readers too
COLOURS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00', '#666666')


def task_colours(tasks: Sequence[str]) -> dict[str, str]:
    """A colour for each task, the same in every panel."""
    return {task: COLOURS[i % len(COLOURS)] for i, task in enumerate(tasks)}


def label_ends(axes: Axes, labels: Sequence[Label], size: float = 8.5) -> None:
    """Write names right of the axes, at the height of the lines' ends, moved apart if need be.

    Call it when the limits of the axes and the size of the figure are final.

    Args:
        axes: with its final scale and limits.
        labels: of the lines.
        size: of the letters in points.
    """
    height = axes.get_window_extent().height / axes.figure.dpi * 72  # points
    step = 1.25 * size / height
    finite = [label for label in labels if math.isfinite(label[1])]
    ends = [_height(axes, y) for _, y in finite]
    order = sorted(range(len(finite)), key=lambda i: ends[i])
    places = spread_out([min(max(ends[i], 0), 1) for i in order], step)
    for place, i in zip(places, order, strict=True):
        parts = finite[i][0]
        texts = [TextArea(text, textprops=dict(color=colour, fontsize=size))
                 for text, colour in parts]
        box = AnnotationBbox(
            HPacker(children=texts, pad=0, sep=0, align='baseline'),
            xy=(1, min(max(ends[i], 0), 1)), xycoords='axes fraction', xybox=(1.035, place),
            boxcoords='axes fraction', box_alignment=(0, 0.5), frameon=False, pad=0.1,
            annotation_clip=False, arrowprops=dict(
                arrowstyle='-', color=parts[0][1], lw=0.6, shrinkA=0, shrinkB=0,
                relpos=(0, 0.5)))
        axes.add_artist(box)


def spread_out(places: Sequence[float], step: float, low: float = 0.0,
               high: float = 1.0) -> list[float]:
    """Move ascending places as little as needed until neighbours are ``step`` apart.

    Groups that touch are centred on the mean of where their members want to be, within
    ``low`` and ``high`` as long as there is room.
    """
    groups: list[list[float]] = []  # of wanted places
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _centre(groups[-1], step, low, high) - _centre(
                groups[-2], step, low, high) < step * (len(groups[-1]) + len(groups[-2])) / 2:
            last = groups.pop()
            groups[-1] += last
    return [_centre(group, step, low, high) + (i - (len(group) - 1) / 2) * step
            for group in groups for i in range(len(group))]


def plain_log_axis(axes: Axes) -> None:
    """A logarithmic y axis with numbers at 1, 2, 5 of each decade, as people write them."""
    axes.set_yscale('log')
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=12))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{value:g}'))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _centre(group: Sequence[float], step: float, low: float, high: float) -> float:
    half = (len(group) - 1) / 2 * step
    centre = sum(group) / len(group)
    return max(min(centre, high - half), low + half)


def _height(axes: Axes, y: float) -> float:
    x = axes.get_xlim()[0]
    return float(axes.transAxes.inverted().transform(axes.transData.transform((x, y)))[1])
