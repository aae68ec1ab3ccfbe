"""Boundaries as dark lines on white, as the benchmarks print them."""

import numpy as np

from .canvas import checker, paragraph
from .frame import Column, Frame


def draw_boundaries(values: np.ndarray) -> np.ndarray:
    """Draw (h, w) probabilities as (h, w, 3): black is 1, white 0; NaN becomes checkers."""
    picture = checker(*values.shape)
    known = np.isfinite(values)
    grey = 255 - (values[known].clip(0, 1) * 255).round()
    picture[known] = grey.astype(np.uint8)[:, None]
    return picture


def boundary_column(frame: Frame) -> Column | None:
    """Boundaries of truth and prediction."""
    rows = frame.rows('boundary_map')
    if not rows:
        return None
    tiles = {row: draw_boundaries(data[0]) for row, data in rows.items()}
    note = 'Black: a boundary; grey: its probability.'
    if any(np.isnan(data).any() for data in rows.values()):
        note += ' Checkers: not known.'
    return Column('boundaries', tiles, paragraph(note, frame.shape[1], frame.font))
