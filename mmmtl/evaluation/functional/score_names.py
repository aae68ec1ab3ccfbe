"""Names of scores as metrics state them: patterns such as ``'AP50/<thing>'``, and keys that fit.

A metric states ``{'mae': 'lower', 'within_<n>': 'higher', 'AP/<thing>': 'higher'}``. ``<n>`` stands
for a number, any other word in angle brackets for a name, such as that of a class. A key is
``<prefix>/<score>``; a prefix is any text of the user's, with slashes in it or not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

DIRECTIONS = ('higher', 'lower')
_PLACE = re.compile(r'<(\w+)>')


class Split(NamedTuple):
    """One reading of a key: what stands before the score, and the score as it is stated."""

    prefix: str
    pattern: str


def fits(pattern: str, name: str, words: Mapping[str, Sequence[str]] | None = None) -> bool:
    """Whether a score's name is one of those that a pattern stands for.

    Args:
        pattern: as a metric states it.
        name: of the score, without prefix.
        words: names by placeholder, where they are known (``{'class': ('car', 'bus')}``).
    """
    found = _expression(pattern).fullmatch(name)
    if found is None:
        return False
    places = [place for place in _PLACE.findall(pattern) if place != 'n']
    return all(place not in (words or {}) or value in words[place]
               for place, value in zip(places, found.groups(), strict=True))


def spelt_out(pattern: str, words: Mapping[str, Sequence[str]]) -> list[str]:
    """The names that a pattern stands for, as far as ``words`` has them; else the pattern."""
    place = next((place for place in _PLACE.findall(pattern) if words.get(place)), None)
    if place is None:
        return [pattern]
    return [one for word in words[place]
            for one in spelt_out(pattern.replace(f'<{place}>', str(word), 1), words)]


def readings(key: str, patterns: Iterable[str]) -> list[Split]:
    """How a key can be read as ``<prefix>/<score>``, the likeliest first.

    Names that are stated letter by letter go before patterns, longer scores before shorter ones. A
    whole key is only taken for a score if no part of it is one: metrics have prefixes.
    """
    patterns = tuple(patterns)
    found = [Split(prefix, pattern) for prefix, name in _cuts(key) for pattern in patterns
             if fits(pattern, name)]
    prefixed = [one for one in found if one.prefix] or found
    return sorted(prefixed, key=lambda one: '<' in one.pattern)


def beginnings(patterns: Iterable[str]) -> list[str]:
    """What the names begin with, up to the first place that differs: ``'within_'``, ``'AP/'``."""
    return list(dict.fromkeys(pattern.partition('<')[0] for pattern in patterns))


def _cuts(key: str) -> Iterator[tuple[str, str]]:
    """``a/b/c`` as ('', 'a/b/c'), ('a', 'b/c'), ('a/b', 'c')."""
    parts = key.split('/')
    return (('/'.join(parts[:i]), '/'.join(parts[i:])) for i in range(len(parts)))


@cache
def _expression(pattern: str) -> re.Pattern:
    pieces = _PLACE.split(pattern)  # text, place, text, place, …, text
    return re.compile(''.join(
        re.escape(piece) if i % 2 == 0 else r'\d+(?:\.\d+)?' if piece == 'n' else '(.+)'
        for i, piece in enumerate(pieces)))
