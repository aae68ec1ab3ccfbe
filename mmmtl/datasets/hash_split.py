"""Frames held out by their names: the same ones whatever frames are added, on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

_BITS = 53  # of a float64


def position_of(name: str) -> float:
    """Where a name lies in [0, 1): evenly spread, and always at the same place.

    The first 53 bits of the SHA-256 of the name, which Python's own ``hash`` is no substitute for:
    that differs from run to run.
    """
    digest = int.from_bytes(sha256(name.encode()).digest()[:8], 'big')
    return (digest >> (64 - _BITS)) / 2**_BITS


def names_between(names: Iterable[str], begin: float, end: float) -> list[str]:
    """The names whose position lies in [begin, end), in their order.

    Parts that follow each other, ``(0, 0.2)`` and ``(0.2, 1)``, share no name and leave none out. A
    frame stays in its part when others are added or taken away.
    """
    return [name for name in names if begin <= position_of(name) < end]
