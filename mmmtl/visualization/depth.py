"""Depth and inverse depth on one perceptual scale: near is bright in both.

The colours are matplotlib's ``magma``: lightness rises evenly, so that it reads the same with any
colour vision and in print.
"""

import matplotlib
import numpy as np
from PIL import Image, ImageDraw

from .canvas import INK, blank, checker, load_font, paragraph, stack, text_width
from .frame import Column, Frame
from .scale import label, nice_ticks, upper_limit


def colour_table(near_is_high: bool) -> np.ndarray:
    """(256, 3) colours from the low to the high end of the scale."""
    table = (matplotlib.colormaps['magma'](np.arange(256))[:, :3] * 255).round().astype(np.uint8)
    return table if near_is_high else table[::-1]


def draw_depth(values: np.ndarray, low: float, high: float, near_is_high: bool) -> np.ndarray:
    """Colour (h, w) values; beyond the ends they take the ends' colours, NaN becomes checkers."""
    picture = checker(*values.shape)
    known = np.isfinite(values)
    level = (values[known] - low) / max(high - low, 1e-12)
    picture[known] = colour_table(near_is_high)[(level.clip(0, 1) * 255).round().astype(int)]
    return picture


def end_names(low: float, high: float, values: np.ndarray, unit: str) -> tuple[str, str]:
    """What stands at the ends of a colour bar: '≤' and '≥' where values lie beyond them.

    Args:
        low: value of the first colour.
        high: value of the last colour.
        values: all that the bar is for.
        unit: behind the upper end.
    """
    known = values[np.isfinite(values)]
    return (('≤ ' if (known < low).any() else '') + label(low),
            ('≥ ' if (known > high).any() else '') + f'{label(high)} {unit}')


def draw_colour_bar(low: float, high: float, ends: tuple[str, str], near_is_high: bool,
                    width: int, font: int) -> np.ndarray:
    """A horizontal bar with ticks, and at its ends what :func:`end_names` says."""
    margin, thickness = 2 * font, font
    length = width - 2 * margin
    levels = np.linspace(0, 255, length).round().astype(int)
    bar = np.broadcast_to(colour_table(near_is_high)[levels], (thickness, length, 3))
    page = blank(round(3.2 * font), width)
    page.paste(Image.fromarray(np.ascontiguousarray(bar)), (margin, 1))
    draw = ImageDraw.Draw(page)
    draw.rectangle((margin - 1, 0, margin + length, thickness + 1), outline=INK)
    sizes = [text_width(name, font) for name in ends]
    left_room = margin + sizes[0] // 2 + font
    right_room = margin + length - sizes[1] // 2 - font
    ticks = [(value, label(value)) for value in nice_ticks(low, high) if low < value < high]
    for value, name in [(low, ends[0]), *ticks, (high, ends[1])]:
        x = margin + round((value - low) / max(high - low, 1e-12) * (length - 1))
        size = text_width(name, font)
        if low < value < high and not left_room <= x - size // 2 <= right_room - size:
            continue
        draw.line((x, thickness + 1, x, thickness + font // 3), fill=INK)
        left = min(max(0, x - size // 2), width - size)
        draw.text((left, thickness + font // 2), name, INK, load_font(font), anchor='lt')
    return np.asarray(page)


def _column(frame: Frame, name: str, title: str, unit: str, near_is_high: bool) -> Column | None:
    rows = frame.rows(name)
    if not rows:
        return None
    reference = rows.get('gt', rows.get('pred'))
    if not np.isfinite(reference).any():
        reference = rows.get('pred', reference)
    high = upper_limit(reference)
    finite = reference[np.isfinite(reference)]
    low = 0. if near_is_high or not finite.size else min(float(np.floor(finite.min())), high / 2)
    everything = np.concatenate([data[0].ravel() for data in rows.values()])
    ends = end_names(low, high, everything, unit)
    tiles = {row: draw_depth(data[0], low, high, near_is_high) for row, data in rows.items()}
    width, font = frame.shape[1], frame.font
    legend = [draw_colour_bar(low, high, ends, near_is_high, width, font)]
    note = 'Bright is near.'
    if not np.isfinite(everything).all():
        note += ' Checkers: no measurement.'
    return Column(title, tiles, stack([*legend, paragraph(note, width, font)], 2))


def inverse_depth_column(frame: Frame) -> Column | None:
    """Inverse depth in pixels of disparity; 0 is infinity."""
    return _column(frame, 'inverse_depth_map', 'inverse depth (disparity)', 'px', True)


def depth_column(frame: Frame) -> Column | None:
    """Depth in metres."""
    return _column(frame, 'depth_map', 'depth', 'm', False)
