"""Classes in the colours of their data set."""

from collections.abc import Sequence

import numpy as np
from PIL import ImageDraw

from mmmtl.fields import IGNORED

from .canvas import INK, blank, checker, load_font, paragraph, stack, text_width
from .class_table import ClassTable, same_classes
from .frame import NAMES, Column, Frame


def draw_semantic(labels: np.ndarray, palette: Sequence[Sequence[int]]) -> np.ndarray:
    """Colour (h, w) class indices; an index without a colour (255: unlabelled) becomes checkers."""
    table = np.array(palette, np.uint8).reshape(-1, 3)
    known = (labels >= 0) & (labels < len(table))
    picture = checker(*labels.shape)
    picture[known] = table[labels[known]]
    return picture


def draw_semantic_legend(entries: Sequence[tuple[str, Sequence[int] | None]], width: int,
                         font: int) -> np.ndarray:
    """Names beside their colours, in as many columns as fit.

    Args:
        entries: (name, RGB) in the order of reading; None = checkers.
        width: Of the picture, pixels.
        font: Height of the text, pixels.
    """
    pitch = round(1.45 * font)
    longest = max((text_width(name, font) for name, _ in entries), default=0)
    column = min(width, longest + round(2.6 * font))
    across = max(1, width // column)
    down = max(1, -(-len(entries) // across))
    page = blank(down * pitch, width)
    draw = ImageDraw.Draw(page)
    swatches = []
    for i, (name, colour) in enumerate(entries):
        left, top = (i // down) * column, (i % down) * pitch
        swatch = (left, top + 2, left + round(1.4 * font), top + pitch - 3)
        swatches.append((swatch, colour))
        draw.rectangle(swatch, fill=None if colour is None else tuple(colour), outline=INK)
        draw.text((swatch[2] + font // 2, top + pitch // 2), name, INK, load_font(font),
                  anchor='lm')
    picture = np.array(page)
    for (left, top, right, bottom), colour in swatches:
        if colour is None:
            picture[top + 1:bottom, left + 1:right] = checker(bottom - top - 1, right - left - 1, 4)
    return picture


def semantic_column(frame: Frame, name: str = 'sem_seg') -> Column | None:
    """Classes of truth and prediction; the legend names those that occur in either.

    Where the head has other classes than the truth, each row has a legend of its own.

    Args:
        frame: What to draw.
        name: Of a map of classes, without ``gt_`` and ``pred_``.
    """
    labels = {row: data[0] for row, data in frame.rows(name).items()}
    if not labels:
        return None
    if 'gt' in labels:
        labels['gt'] = np.where(labels['gt'] == IGNORED, -1, labels['gt'])
    tables = {row: frame.tables[f'{row}_{name}'] for row in labels}
    tiles = {row: draw_semantic(data, tables[row].colours) for row, data in labels.items()}
    if same_classes(*tables.values()):
        found = np.unique(np.concatenate([data.ravel() for data in labels.values()]))
        longest = max(tables.values(), key=lambda table: len(table.names))
        legend = _legend(found, longest, frame)
    else:
        legend = stack([part for row, data in labels.items() for part in (
            paragraph(f'{NAMES[row]}:', frame.shape[1], frame.font),
            _legend(np.unique(data), tables[row], frame))])
    return Column('semantics' if name == 'sem_seg' else name.replace('_', ' '), tiles, legend)


def _legend(found: np.ndarray, table: ClassTable, frame: Frame) -> np.ndarray:
    entries = [(table.names[i], table.colours[i]) for i in found if 0 <= i < len(table.names)]
    if len(entries) < len(found):
        entries.append(('no label', None))
    return draw_semantic_legend(entries, frame.shape[1], frame.font)
