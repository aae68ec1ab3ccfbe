"""Instance vectors on a colour wheel: hue is the direction, full colour a long way."""

import cv2
import numpy as np
from PIL import Image, ImageDraw

from .canvas import INK, blank, caption, load_font, paragraph
from .frame import Column, Frame
from .objects import NO_OBJECT
from .scale import label, upper_limit


def colour_vectors(vectors: np.ndarray, radius: float) -> np.ndarray:
    """Colour (2, h, w) vectors (x right, y down) as (h, w, 3).

    White is zero; saturation is the square root of length / ``radius``, so that short vectors keep
    a direction one can see. Left and right are blue and yellow, up and down magenta and green:
    opposite directions differ for people who cannot tell red from green.
    """
    x, y = np.nan_to_num(vectors.astype(np.float32))
    hue = (np.degrees(np.arctan2(y, x)) + 60) % 360
    saturation = np.sqrt(np.minimum(np.hypot(x, y) / max(radius, 1e-6), 1))
    hsv = np.stack([hue, saturation, np.ones_like(hue)], axis=-1).astype(np.float32)
    return (cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255).round().astype(np.uint8)


def draw_instance_vector(vectors: np.ndarray, radius: float, backdrop: np.ndarray,
                         mask: np.ndarray | None = None) -> np.ndarray:
    """Draw (2, h, w) vectors over (h, w, 3); not where they are NaN or ``mask`` (h, w) is False."""
    shown = np.isfinite(vectors).all(axis=0)
    if mask is not None:
        shown &= mask
    return np.where(shown[..., None], colour_vectors(vectors, radius), backdrop)


def draw_wheel(radius: float, size: int, font: int) -> np.ndarray:
    """The wheel of :func:`colour_vectors`, ``size`` pixels across, its radius written below."""
    axis = np.linspace(-1, 1, size, dtype=np.float32) * radius
    field = np.stack(np.meshgrid(axis, axis))
    wheel = colour_vectors(field, radius)
    wheel[np.hypot(*field) > radius] = 255
    page = blank(size + round(1.7 * font), size)
    page.paste(Image.fromarray(wheel))
    draw = ImageDraw.Draw(page)
    centre = size // 2
    draw.ellipse((0, 0, size - 1, size - 1), outline=INK)
    draw.line((centre, centre, size - 1, centre), fill=INK)
    text = f'rim: {label(radius)} px'
    draw.text((centre, size + font // 4), text, INK, load_font(font), anchor='mt')
    return np.asarray(page)


def instance_vector_column(frame: Frame) -> Column | None:
    """Vectors of truth and prediction; predicted ones only where a thing is predicted."""
    rows = frame.rows('instance_vector')
    if not rows:
        return None
    shown = {row: np.isfinite(data).all(axis=0) for row, data in rows.items()}
    if 'pred' in rows and frame.predicted_things is not None:
        shown['pred'] &= frame.predicted_things
    reference = 'gt' if 'gt' in rows else 'pred'
    radius = upper_limit(np.hypot(*rows[reference])[shown[reference]], 98.)
    tiles = {}
    for row, data in rows.items():
        tiles[row] = draw_instance_vector(data, radius, frame.backdrop, shown[row])
        if not shown[row].any():
            tiles[row] = caption(tiles[row], NO_OBJECT[row], frame.font)
    text = ("From each pixel of an object to the object's centre. Colour: the direction, as on the "
            'wheel seen from its middle. White: at the centre.')
    return Column('instance vectors', tiles, _legend(radius, text, frame.shape[1], frame.font))


def _legend(radius: float, text: str, width: int, font: int) -> np.ndarray:
    wheel = draw_wheel(radius, min(6 * font, width // 3), font)
    words = paragraph(text, width - wheel.shape[1] - font, font)
    page = np.full((max(len(wheel), len(words)), width, 3), 255, np.uint8)
    page[:len(wheel), :wheel.shape[1]] = wheel
    page[:len(words), wheel.shape[1] + font:] = words
    return page
