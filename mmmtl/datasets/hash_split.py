"""Frames held out by their names: the same ones on every machine and in every run."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

_BITS = 53  # of a float64


def position_of(name: str) -> float:
    """Where a name lies in [0, 1): evenly spread, and always at the same place.

    The first 53 bits of the SHA-256 of the name, which Python's own ``hash`` is no substitute for:
    that differs from run to run.
    """
    digest = int.from_bytes(sha256(name.encode()).digest()[:8], 'big')
    return (digest >> (64 - _BITS)) / 2**_BITS


def names_between(names: Sequence[str], begin: float, end: float) -> list[str]:
    """The part of the names from the share ``begin`` to the share ``end``, in their order.

    Names are lined up by their position, which their content alone decides, and cut: of 30 names
    (0, 0.2) are 6 and (0.2, 1) the other 24. Parts that follow each other share no name and leave
    none out. If names are added later, those near the cut may change sides.
    """
    line = sorted({*names}, key=lambda name: (position_of(name), name))
    taken = {*line[_index(begin, len(line)):_index(end, len(line))]}
    return [name for name in names if name in taken]


def _index(share: float, count: int) -> int:
    return int(share * count + 0.5)
