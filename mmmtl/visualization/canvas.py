"""Text, grey checkers and resizing: what all drawings need. Colours are RGB uint8."""

from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

INK = (25, 25, 25)
PAPER = (255, 255, 255)


@lru_cache(maxsize=16)
def load_font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which matplotlib brings along, at a height of ``size`` pixels."""
    path = Path(matplotlib.get_data_path()) / 'fonts/ttf/DejaVuSans.ttf'
    return ImageFont.truetype(str(path), size)


def text_width(text: str, size: int) -> int:
    """Width of one line in pixels."""
    return int(np.ceil(load_font(size).getlength(text)))


def blank(height: int, width: int) -> Image.Image:
    """White paper to draw on."""
    return Image.new('RGB', (max(width, 1), max(height, 1)), PAPER)


def wrap(text: str, width: int, size: int) -> list[str]:
    """Break a text between words into lines of at most ``width`` pixels, where words allow it."""
    lines: list[str] = []
    for word in text.split():
        longer = f'{lines[-1]} {word}' if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def paragraph(text: str, width: int, size: int) -> np.ndarray:
    """A text in lines of at most ``width`` pixels, as a (h, width, 3) picture."""
    lines, pitch = wrap(text, width, size), round(1.35 * size)
    page = blank(pitch * len(lines), width)
    draw = ImageDraw.Draw(page)
    for i, line in enumerate(lines):
        draw.text((0, i * pitch + pitch // 2), line, INK, load_font(size), anchor='lm')
    return np.asarray(page)


def headline(text: str, width: int, size: int) -> np.ndarray:
    """One centred line, shortened to fit, as a (2 * size, width, 3) picture."""
    while len(text) > 4 and text_width(text, size) > width:
        text = text[:-2].rstrip('…') + '…'
    page = blank(2 * size, width)
    ImageDraw.Draw(page).text((width // 2, size), text, INK, load_font(size), anchor='mm')
    return np.asarray(page)


def caption(tile: np.ndarray, text: str, size: int) -> np.ndarray:
    """A copy of a tile with a small label at its lower left."""
    page = Image.fromarray(tile)
    draw = ImageDraw.Draw(page)
    place = (size // 2, tile.shape[0] - size // 2)
    left, top, right, bottom = draw.textbbox(place, text, load_font(size), anchor='lb')
    draw.rectangle((left - 4, top - 3, right + 4, bottom + 3), fill=PAPER)
    draw.text(place, text, INK, load_font(size), anchor='lb')
    return np.asarray(page)


def checker(height: int, width: int, cell: int = 6) -> np.ndarray:
    """Grey squares: the sign for 'nothing is known here'. No colour map contains it."""
    rows, columns = np.ogrid[:height, :width]
    grey = np.where((rows // cell + columns // cell) % 2, 150, 205).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def resize_nearest(data: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Bring (..., H, W) to (..., *shape) by repeating or leaving out values; any type."""
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(int)
        for new, old in zip(shape, data.shape[-2:], strict=True))
    return data[..., rows[:, None], columns]


def resize_image(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Bring an (H, W, 3) photograph to ``shape``: averaged when shrunk."""
    shrinks = shape[0] < image.shape[0]
    return cv2.resize(
        image, shape[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def stack(pictures: list[np.ndarray], gap: int = 6) -> np.ndarray:
    """Pictures above each other on white paper, left-aligned."""
    width = max(picture.shape[1] for picture in pictures)
    height = sum(picture.shape[0] for picture in pictures) + gap * (len(pictures) - 1)
    page = np.full((height, width, 3), 255, np.uint8)
    top = 0
    for picture in pictures:
        page[top:top + picture.shape[0], :picture.shape[1]] = picture
        top += picture.shape[0] + gap
    return page
