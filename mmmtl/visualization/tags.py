"""Names written at objects: as many as there is room for, large objects first."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from .canvas import INK, PAPER, load_font, text_width

#: largest share of a tag that lies on other objects
HIDING = 0.3
Box = tuple[int, int, int, int]  # left, top, right, bottom; the last two excluded


def draw_tags(picture: np.ndarray, ids: np.ndarray, names: Mapping[int, str],
              colours: Mapping[int, Sequence[int]], font: int) -> np.ndarray:
    """A copy of a picture (h, w, 3) on which objects have names, on their colours.

    Args:
        picture: RGB uint8.
        ids: (h, w), 0 = no object.
        names: Text by id; an object without room for it has none.
        colours: RGB by id.
        font: Height of the text, pixels.
    """
    page = Image.fromarray(picture)
    draw = ImageDraw.Draw(page)
    for i, (left, top, right, bottom) in place_tags(ids, names, font).items():
        colour = tuple(int(c) for c in colours[i])
        dark = np.dot(colour, (0.299, 0.587, 0.114)) < 120
        draw.rectangle((left, top, right - 1, bottom - 1), fill=colour, outline=INK)
        draw.text(((left + right) // 2, (top + bottom) // 2), names[i], PAPER if dark else INK,
                  load_font(font), anchor='mm')
    return np.asarray(page)


def place_tags(ids: np.ndarray, names: Mapping[int, str], font: int) -> dict[int, Box]:
    """Find a box for each name: inside its object if it fits, else where it hides least.

    No two boxes overlap, none leaves the picture, and none covers much of other objects: where
    many are close together, small ones go without a name.
    """
    height, width = ids.shape
    areas = {i: int((ids == i).sum()) for i in names}
    placed: dict[int, Box] = {}
    for i in sorted(names, key=lambda i: -areas[i]):
        if not areas[i]:
            continue
        size = text_width(names[i], font) + 6, round(1.35 * font)
        best, least = None, HIDING * size[0] * size[1]
        for box in _candidates(ids == i, *size):
            left, top, right, bottom = box
            if left < 0 or top < 0 or right > width or bottom > height:
                continue
            if any(_overlap(box, other) for other in placed.values()):
                continue
            under = ids[top:bottom, left:right]
            hidden = np.count_nonzero((under != 0) & (under != i))
            if hidden < least:
                best, least = box, hidden
        if best is not None:
            placed[i] = best
    return placed


def _candidates(mask: np.ndarray, width: int, height: int) -> list[Box]:
    """Boxes to try: at the deepest point of the object if it has room, then around it."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    middle = (left + right - width) // 2
    corners = []
    if right - left > 1.2 * width and bottom - top > 1.5 * height:
        depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)
        y, x = np.unravel_index(depth.argmax(), depth.shape)
        corners.append((x - 1 - width // 2, y - 1 - height // 2))
    for x in (middle, left, right - width):
        corners += [(x, top - height), (x, bottom), (x, top - 2 * height)]
    for y in (top, (top + bottom - height) // 2):
        corners += [(right, y), (left - width, y)]
    return [(int(x), int(y), int(x) + width, int(y) + height) for x, y in corners]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
