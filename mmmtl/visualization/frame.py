"""One frame, brought to the size at which it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from .canvas import resize_image, resize_nearest
from .class_maps import class_tables, find_class_maps
from .class_table import ClassTable
from .objects import Thing

#: what the rows of a sheet are called
NAMES = {'gt': 'ground truth', 'pred': 'prediction'}


@dataclass
class Column:
    """One task on a sheet.

    Args:
        title: Written above.
        tiles: 'gt' and 'pred' to a picture (h, w, 3); a row without one is left out.
        legend: Picture shown below, as wide as a tile or less.
    """

    title: str
    tiles: dict[str, np.ndarray]
    legend: np.ndarray


@dataclass
class Frame:
    """An image and its maps at the size of a tile; units are still those of the original frame.

    Args:
        image: (h, w, 3) RGB uint8.
        maps: Field of the data sample to its map (C, h, w): ``gt_sem_seg``, ``pred_depth_map``, …
        class_maps: Names of its maps of classes, without ``gt_`` and ``pred_``.
        tables: Classes in each map of classes, by its field; those of ``gt_sem_seg`` and
            ``pred_sem_seg`` whether there are such maps or not.
        font: Height of the text in pixels.
        things: 'gt' and 'pred' to what is known of an object, by its id in the instance map.
    """

    image: np.ndarray
    maps: dict[str, np.ndarray]
    class_maps: list[str]
    tables: dict[str, ClassTable]
    font: int = 15
    things: dict[str, dict[int, Thing]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of a tile."""
        return self.image.shape[:2]

    def rows(self, name: str) -> dict[str, np.ndarray]:
        """'gt' and 'pred' to the map ``gt_<name>``, ``pred_<name>``, where there is one."""
        return {
            row: self.maps[f'{row}_{name}']
            for row in ('gt', 'pred') if f'{row}_{name}' in self.maps
        }

    def labels(self, row: str) -> np.ndarray | None:
        """(h, w) class indices of 'gt' or 'pred'; None where there are none."""
        maps = self.maps.get(f'{row}_sem_seg')
        return None if maps is None else maps[0]

    @property
    def backdrop(self) -> np.ndarray:
        """(h, w, 3) the image in dark grey, on which sparse maps are drawn."""
        grey = cv2.cvtColor(self.image, cv2.COLOR_RGB2GRAY)
        factor = min(1., 115 / max(float(np.percentile(grey, 95)), 1.))
        return np.repeat((grey * factor).astype(np.uint8)[..., None], 3, axis=2)

    @property
    def predicted_things(self) -> np.ndarray | None:
        """(h, w) bool: predicted to be of a thing class; None where that cannot be told."""
        table = self.tables['pred_sem_seg']
        if 'pred_sem_seg' not in self.maps or not table.things:
            return None
        indices = [i for i, name in enumerate(table.names) if name in table.things]
        return np.isin(self.maps['pred_sem_seg'][0], indices)


def tile_shape(height: int, width: int, smallest: int, largest: int) -> tuple[int, int]:
    """Size at which a frame is drawn: large ones shrunk, small ones enlarged by a whole factor.

    Args:
        height: Of the image, pixels.
        width: Of the image, pixels.
        smallest: A frame narrower than this is enlarged, as far as its height allows.
        largest: No side of a tile is longer than this.
    """
    if max(height, width) > largest:
        scale = largest / max(height, width)
        return max(1, round(height * scale)), max(1, round(width * scale))
    factor = max(1, min(-(-smallest // width), largest // max(height, width)))
    return height * factor, width * factor


def make_frame(image: np.ndarray,
               maps: Mapping[str, np.ndarray],
               meta: Mapping[str, Any],
               smallest: int,
               largest: int,
               things: dict[str, dict[int, Thing]] | None = None,
               heads: Mapping[str, ClassTable] | None = None) -> Frame:
    """Bring an image and its maps (C, H, W) to the size of a tile.

    Args:
        image: (H, W, 3) RGB uint8.
        maps: By field of the data sample; each of a size of its own.
        meta: Of the data set: names and colours of the classes of the truth.
        smallest: See :func:`tile_shape`.
        largest: See :func:`tile_shape`.
        things: See :class:`Frame`.
        heads: Classes of predictions by field, as far as they are known.
    """
    shape = tile_shape(*image.shape[:2], smallest, largest)
    heads = heads or {}
    names = find_class_maps(maps, meta, heads)
    tiles = {name: resize_nearest(data, shape) for name, data in maps.items()}
    for field_name in (f'{row}_{name}' for name in names for row in ('gt', 'pred')):
        if field_name in tiles:  # two classes of one output are numbers with a point
            tiles[field_name] = tiles[field_name].astype(np.int64)
    return Frame(
        image=resize_image(np.ascontiguousarray(image), shape),
        maps=tiles,
        class_maps=names,
        tables=class_tables(['sem_seg', *names], maps, meta, heads),
        font=round(9 + shape[1] / 50),
        things=things or {})
