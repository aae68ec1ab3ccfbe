"""One frame, brought to the size at which it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from .canvas import resize_image, resize_nearest
from .objects import Thing


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
        classes: Class names.
        palette: RGB of each class.
        thing_classes: Names of the classes that have instances; empty = unknown.
        font: Height of the text in pixels.
        things: 'gt' and 'pred' to what is known of an object, by its id in the instance map.
    """

    image: np.ndarray
    maps: dict[str, np.ndarray]
    classes: tuple[str, ...] = ()
    palette: list[tuple[int, int, int]] = field(default_factory=list)
    thing_classes: tuple[str, ...] = ()
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
        if 'pred_sem_seg' not in self.maps or not self.thing_classes:
            return None
        indices = [i for i, name in enumerate(self.classes) if name in self.thing_classes]
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
               things: dict[str, dict[int, Thing]] | None = None) -> Frame:
    """Bring an image and its maps (C, H, W) to the size of a tile."""
    shape = tile_shape(*image.shape[:2], smallest, largest)
    return Frame(
        image=resize_image(np.ascontiguousarray(image), shape),
        maps={name: resize_nearest(data, shape) for name, data in maps.items()},
        classes=tuple(meta.get('classes') or ()),
        palette=[tuple(colour) for colour in meta.get('palette') or ()],
        thing_classes=tuple(meta.get('thing_classes') or ()),
        font=round(9 + shape[1] / 50),
        things=things or {})
