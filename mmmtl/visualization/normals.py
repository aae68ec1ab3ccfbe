"""Surface normals in the usual colours: red to the right, green up, blue towards the camera."""

import numpy as np
from PIL import Image

from .canvas import blank, checker, paragraph
from .frame import Column, Frame


def draw_normals(normals: np.ndarray) -> np.ndarray:
    """Colour (3, h, w) unit vectors (x right, y down, z away from the camera) as (h, w, 3).

    -1 to 1 along (x, -y, -z) is 0 to 255 in (red, green, blue); NaN becomes checkers.
    """
    picture = checker(*normals.shape[1:])
    known = np.isfinite(normals).all(axis=0)
    seen = normals[:, known].T * (1, -1, -1)
    picture[known] = ((seen.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)
    return picture


def draw_ball(size: int) -> np.ndarray:
    """A ball: all directions in which a surface that a camera sees can point."""
    axis = np.linspace(-1, 1, size)
    x, y = np.meshgrid(axis, axis)
    inside = np.hypot(x, y) <= 1
    z = -np.sqrt((1 - x**2 - y**2).clip(min=0))
    ball = draw_normals(np.stack([x, y, z]))
    ball[~inside] = 255
    return ball


def normals_column(frame: Frame) -> Column | None:
    """Normals of truth and prediction."""
    rows = frame.rows('normal_map')
    if not rows:
        return None
    font, width = frame.font, frame.shape[1]
    size = min(5 * font, width // 3)
    words = paragraph('A ball seen by the camera has these colours.', width - size - font, font)
    page = blank(max(size, len(words)), width)
    page.paste(Image.fromarray(draw_ball(size)))
    page.paste(Image.fromarray(words), (size + font, 0))
    tiles = {row: draw_normals(data) for row, data in rows.items()}
    return Column('surface normals', tiles, np.asarray(page))
