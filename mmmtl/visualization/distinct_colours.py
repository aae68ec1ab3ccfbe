"""Colours for classes that have none."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

Colour = tuple[int, int, int]

#: never given to a class: paper, ink, and the grey of the checkers that mean 'no label'
RESERVED = ((255, 255, 255), (0, 0, 0), (178, 178, 178))
_LEVELS = 16


def distinct_colours(count: int, taken: Sequence[Sequence[int]] = ()) -> tuple[Colour, ...]:
    """RGB colours that differ from each other and from those taken, as far as there is room.

    Each is, of a grid of 4,096, the one farthest from all before it, so that fewer colours are the
    first of more. Beyond the grid they repeat.

    Args:
        count: of new colours.
        taken: RGB of other classes.
    """
    return _farthest(count, tuple(tuple(int(c) for c in colour) for colour in taken))


@lru_cache(maxsize=32)
def _farthest(count: int, taken: tuple[Colour, ...]) -> tuple[Colour, ...]:
    axis = np.linspace(0, 255, _LEVELS).round().astype(np.int32)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing='ij'), axis=-1).reshape(-1, 3)
    distance = np.full(len(grid), np.iinfo(np.int64).max)
    for colour in (*RESERVED, *taken):
        distance = np.minimum(distance, ((grid - np.array(colour)) ** 2).sum(axis=1))
    found: list[Colour] = []
    for _ in range(min(count, len(grid))):
        new = grid[distance.argmax()]
        found.append(tuple(new.tolist()))
        distance = np.minimum(distance, ((grid - new) ** 2).sum(axis=1))
    return tuple(found[i % len(found)] for i in range(count))
