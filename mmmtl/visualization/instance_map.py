"""Instances: one colour each, with white contours."""

import colorsys

import numpy as np

from .canvas import paragraph
from .frame import Column, Frame

NAMES = {'gt': 'ground truth', 'pred': 'prediction'}


def instance_colours(count: int) -> np.ndarray:
    """(count, 3) colours; neighbours in the list differ most (hues by the golden ratio)."""
    colours = [
        colorsys.hsv_to_rgb(0.618034 * i % 1, (0.9, 0.6, 0.75)[i % 3], (1., 0.95, 0.75)[i // 3 % 3])
        for i in range(count)
    ]
    return (np.array(colours).reshape(-1, 3) * 255).round().astype(np.uint8)


def draw_instance_map(ids: np.ndarray, backdrop: np.ndarray) -> np.ndarray:
    """Draw (h, w) ids, 0 = no instance, over (h, w, 3)."""
    known, inverse = np.unique(ids, return_inverse=True)
    inverse = inverse.reshape(ids.shape)
    picture = instance_colours(len(known))[inverse]
    picture[ids == 0] = backdrop[ids == 0]
    edge = np.zeros(ids.shape, bool)
    edge[:, 1:] |= ids[:, 1:] != ids[:, :-1]
    edge[1:] |= ids[1:] != ids[:-1]
    picture[edge] = 255
    return picture


def instance_map_column(frame: Frame) -> Column | None:
    """Instances of truth and prediction; colours are not matched between the two."""
    rows = frame.rows('instance_map')
    if not rows:
        return None
    tiles = {row: draw_instance_map(data[0], frame.backdrop) for row, data in rows.items()}
    counts = [
        f'{len(np.setdiff1d(data, [0]))} in the {NAMES[row]}' for row, data in rows.items()]
    text = f'One colour for each object ({", ".join(counts)}).'
    if len(rows) == 2:
        text += ' Colours of the two rows are not matched.'
    return Column('instances', tiles, paragraph(text, frame.shape[1], frame.font))
