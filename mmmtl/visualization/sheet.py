"""One sheet for a frame: a column for each task, truth above prediction, legends below."""

from collections.abc import Callable
from importlib import import_module

import numpy as np

from mmmtl.fields import MAP_FIELDS

from .canvas import caption, checker, headline, stack
from .frame import NAMES, Column, Frame
from .instance_map import instance_map_column
from .semantic import semantic_column

GAP = 8
WIDEST = 4  # columns beside each other


def _painter(name: str) -> Callable[[Frame], Column | None]:
    module, _, function = name.partition('.')
    return getattr(import_module(f'.{module}', __package__), function)


PAINTERS = tuple(_painter(name) for field in MAP_FIELDS.values() for name in field.painters)


def task_columns(frame: Frame) -> list[Column]:
    """Columns of the tasks that the frame has; one for each map of classes.

    Where only the truth of the instances is there beside predicted vectors, the vectors stand for
    both.
    """
    hidden = set()
    if 'pred_instance_vector' in frame.maps and 'pred_instance_map' not in frame.maps:
        hidden.add(instance_map_column)
    columns = [semantic_column(frame, name) for name in frame.class_maps]
    columns += [painter(frame) for painter in PAINTERS if painter not in hidden]
    return [column for column in columns if column is not None]


def image_column(frame: Frame, rows: tuple[str, ...], columns: list[Column]) -> Column:
    """The image; in a second row again, under the predicted classes if there are any."""
    tiles = dict.fromkeys(rows, frame.image)
    if len(rows) == 2:
        text = 'the same image'
        semantics = next((c.tiles for c in columns if c.title == 'semantics'), {})
        if 'pred' in semantics:
            text = 'image under prediction'
            tiles['pred'] = (frame.image // 2 + semantics['pred'] // 2)
        tiles['pred'] = caption(tiles['pred'], text, frame.font)
    return Column('image', tiles, np.full((1, 1, 3), 255, np.uint8))


def draw_sheet(frame: Frame, rows: tuple[str, ...], name: str = '') -> np.ndarray:
    """Compose the sheet; more than four columns are broken into bands below each other.

    Args:
        frame: What to draw.
        rows: 'gt', 'pred' or both, in this order; a map that a row lacks becomes an empty tile.
        name: Written above, if any.

    Returns:
        (H, W, 3) RGB uint8.
    """
    columns = task_columns(frame)
    columns = [image_column(frame, rows, columns), *columns]
    bands = -(-len(columns) // WIDEST)
    across = -(-len(columns) // bands)
    parts = [_draw_band(frame, rows, columns[i:i + across])
             for i in range(0, len(columns), across)]
    if name:
        parts.insert(0, headline(name, parts[0].shape[1], frame.font + 2))
    return stack(parts, gap=0)


def _draw_band(frame: Frame, rows: tuple[str, ...], columns: list[Column]) -> np.ndarray:
    """Columns beside each other, under their titles and above their legends."""
    (height, width), font = frame.shape, frame.font
    parts = []
    for column in columns:
        parts.append([headline(column.title, width, font + 2)])
        parts[-1] += [_tile(column, row, frame) for row in rows]
        parts[-1].append(column.legend)
    gutter = 2 * (font + 1)
    legend = max(len(part[-1]) for part in parts)
    tops = [2 * (font + 2) + i * (height + GAP) for i in range(len(rows) + 1)]
    page = np.full((tops[-1] + legend + GAP, gutter + len(parts) * (width + GAP), 3), 255, np.uint8)
    for i, pictures in enumerate(parts):
        left = gutter + i * (width + GAP)
        for top, picture in zip([0, *tops], pictures, strict=True):
            page[top:top + picture.shape[0], left:left + picture.shape[1]] = picture
    for top, row in zip(tops, rows, strict=False):
        page[top:top + height, :gutter] = np.rot90(headline(NAMES[row], height, font + 1))
    return page


def _tile(column: Column, row: str, frame: Frame) -> np.ndarray:
    if row in column.tiles:
        return column.tiles[row]
    text = 'no label for this frame' if row == 'gt' else 'not predicted'
    return caption(checker(*frame.shape), text, frame.font)
