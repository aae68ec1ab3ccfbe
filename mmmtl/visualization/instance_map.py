"""Objects: a contour and a tint of one colour each, class and score beside them."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from .canvas import caption, paragraph
from .frame import Column, Frame
from .objects import NO_OBJECT, Thing, as_in, colour_things, find_things, match_things
from .tags import draw_tags


def find_contours(ids: np.ndarray, thickness: int = 2) -> np.ndarray:
    """(h, w) bool: pixels of an object at most ``thickness`` from one that is not its own."""
    ranks = np.unique(ids, return_inverse=True)[1].reshape(ids.shape).astype(np.float32)
    kernel = np.ones((2 * thickness + 1, ) * 2, np.uint8)
    return (ids != 0) & (cv2.erode(ranks, kernel) != cv2.dilate(ranks, kernel))


def draw_instance_map(ids: np.ndarray, image: np.ndarray, colours: Mapping[int, Sequence[int]],
                      names: Mapping[int, str] | None = None, font: int = 12) -> np.ndarray:
    """Draw objects over an image.

    Args:
        ids: (h, w), 0 = no object.
        image: (h, w, 3) RGB uint8.
        colours: RGB by id.
        names: What is written at an object, by id.
        font: Height of the text, pixels.
    """
    known, inverse = np.unique(ids, return_inverse=True)
    table = np.array([colours.get(int(i), (0, 0, 0)) for i in known], np.uint8).reshape(-1, 3)
    layer = table[inverse.reshape(ids.shape)]
    picture = image.copy()
    inside, contours = ids != 0, find_contours(ids)
    picture[inside] = (0.5 * image[inside] + 0.5 * layer[inside]).astype(np.uint8)
    picture[contours] = layer[contours]
    return draw_tags(picture, ids, names, colours, font) if names else picture


def instance_map_column(frame: Frame) -> Column | None:
    """Objects of truth and prediction; a predicted one that is right has the truth's colour."""
    maps = {row: data[0] for row, data in frame.rows('instance_map').items()}
    if not maps:
        return None
    things = {row: find_things(ids, frame.labels(row), frame.things.get(row))
              for row, ids in maps.items()}
    matches = {}
    if len(maps) == 2:
        renumbered = as_in(things['pred'], frame.tables['pred_sem_seg'].names,
                           frame.tables['gt_sem_seg'].names)
        matches = match_things(maps['gt'], maps['pred'], things['gt'], renumbered)
    both = colour_things(things.get('gt', {}), things.get('pred', {}), matches)
    colours = dict(zip(('gt', 'pred'), both, strict=True))
    small = max(10, round(0.65 * frame.font))
    tiles = {}
    for row, ids in maps.items():
        classes = frame.tables[f'{row}_sem_seg'].names
        names = {i: name_thing(thing, classes) for i, thing in things[row].items()}
        tiles[row] = draw_instance_map(ids, frame.backdrop, colours[row],
                                       {i: name for i, name in names.items() if name}, small)
        if not things[row]:
            tiles[row] = caption(tiles[row], NO_OBJECT[row], frame.font)
    text = _legend({row: len(found) for row, found in things.items()}, len(matches))
    return Column('instances', tiles, paragraph(text, frame.shape[1], frame.font))


def name_thing(thing: Thing, classes: Sequence[str]) -> str:
    """Class and score as far as they are known: ``'car 0.93'``, ``'car'``, ``'0.93'``."""
    words = []
    if thing.label is not None:
        words.append(classes[thing.label] if thing.label < len(classes) else str(thing.label))
    if thing.score is not None:
        words.append(f'{thing.score:.2f}')
    return ' '.join(words)


def _legend(counts: dict[str, int], matched: int) -> str:
    words = [f'{count} {"true" if row == "gt" else "predicted"}' for row, count in counts.items()]
    text = f'Objects: {", ".join(words)}'
    if len(counts) == 2:
        text += f', {matched} found (same class, IoU above 0.5)'
        text += '. Found: one colour in both rows' if matched else ''
    return text + ('. Numbers: scores.' if counts.get('pred') else '.')
