"""The panoptic map: stuff in the colour of its class, things in shades of theirs."""

from collections.abc import Sequence

import numpy as np

from .canvas import paragraph
from .frame import Column, Frame
from .instance_map import find_contours
from .objects import find_things
from .semantic import draw_semantic

DIVISOR = 1000
VOID = -1
#: how far towards white the objects of a class are, from left to right
TINTS = (0., 0.45, 0.2, 0.6, 0.3)


def draw_panoptic(panoptic: np.ndarray, palette: Sequence[Sequence[int]]) -> np.ndarray:
    """Draw (h, w) class * 1000 + id (0 = stuff, a thing's from 1); -1 (void) becomes checkers.

    Objects have a pale contour, one pixel wide, and a shade of their class's colour.
    """
    things = np.where((panoptic >= 0) & (panoptic % DIVISOR > 0), panoptic, 0)
    picture = draw_semantic(np.where(panoptic >= 0, panoptic // DIVISOR, 255), palette)
    seen: dict[int, int] = {}
    for value in find_things(things, None):
        label = value // DIVISOR
        tint = TINTS[seen.get(label, 0) % len(TINTS)]
        seen[label] = seen.get(label, 0) + 1
        mask = things == value
        picture[mask] = (picture[mask] * (1 - tint) + 255 * tint).astype(np.uint8)
    contours = find_contours(things, 1)
    picture[contours] = picture[contours] // 3 + 170
    return picture


def true_panoptic(labels: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The panoptic map (h, w) of semantic truth (255 = void) and instance ids (0 = none)."""
    panoptic = np.where(labels == 255, VOID, labels.astype(np.int32) * DIVISOR)
    for rank, (value, thing) in enumerate(find_things(ids, labels).items(), 1):
        if thing.label is not None:
            panoptic[(ids == value) & (labels == thing.label)] = thing.label * DIVISOR + rank
    return panoptic


def panoptic_column(frame: Frame) -> Column | None:
    """Predicted panoptic map below that of the truth; None where none is predicted."""
    if 'pred_panoptic_map' not in frame.maps:
        return None
    maps = {'pred': frame.maps['pred_panoptic_map'][0]}
    if {'gt_sem_seg', 'gt_instance_map'} <= set(frame.maps):
        maps = {'gt': true_panoptic(frame.maps['gt_sem_seg'][0],
                                    frame.maps['gt_instance_map'][0]), **maps}
    tiles = {row: draw_panoptic(panoptic, frame.tables[f'{row}_sem_seg'].colours)
             for row, panoptic in maps.items()}
    text = 'Colours of the classes; each object in a shade of its own, with a pale contour.'
    if any((panoptic < 0).any() for panoptic in maps.values()):
        text += ' Checkers: void.'
    return Column('panoptic', tiles, paragraph(text, frame.shape[1], frame.font))
