"""Classes in the colours of the data set."""

from collections.abc import Sequence

import numpy as np
from PIL import ImageDraw

from .canvas import INK, blank, checker, load_font, text_width
from .frame import Column, Frame


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


def semantic_column(frame: Frame) -> Column | None:
    """Classes of truth and prediction; the legend names those that occur in either."""
    rows = frame.rows('sem_seg')
    if not rows:
        return None
    found = np.unique(np.concatenate([data[0].ravel() for data in rows.values()]))
    entries = [(frame.classes[i] if i < len(frame.classes) else str(i), frame.palette[i])
               for i in found if 0 <= i < len(frame.palette)]
    if len(entries) < len(found):
        entries.append(('no label', None))
    tiles = {row: draw_semantic(data[0], frame.palette) for row, data in rows.items()}
    return Column('semantics', tiles, draw_semantic_legend(entries, frame.shape[1], frame.font))
