"""Which suffixes the files of a folder have, for the error that names the wrong one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from os.path import join, sep, splitext

from .image_header import open_file
from .listing import IMAGES
from .lossy import lossy_encoding

_SHOWN = 5


def suffixes_of(paths: Iterable[str], names: Collection[str] = ()) -> dict[str, list[str]]:
    """Files by what they end with, the most frequent suffix first.

    Args:
        paths: relative to the folder.
        names: of frames. What follows the longest of them that a path begins with is its suffix
            (``_depth.png``); of other files it is the extension.

    Returns:
        Suffixes, in lower case where they are extensions, and their files.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        suffix = _behind_name(path.replace(sep, '/'), names)
        found.setdefault(splitext(path)[1].lower() if suffix is None else suffix, []).append(path)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def describe_suffixes(paths: Collection[str], names: Collection[str] = ()) -> str:
    """A sentence that counts the suffixes in a folder; arguments as for :func:`suffixes_of`."""
    if not paths:
        return 'There is no file at all'
    counts = Counter({suffix: len(files) for suffix, files in suffixes_of(paths, names).items()})
    shown = [f'{count} with {suffix!r}' if suffix else f'{count} without any suffix'
             for suffix, count in counts.most_common(_SHOWN)]
    others = len(counts) - len(shown)
    return f'There are {", ".join(shown)}' + (f' and {others} other suffixes' if others else '')


def lossy_labels(folder: str, paths: Iterable[str], names: Collection[str]) -> (
        tuple[str, str] | None):
    """The encoding of the labels in a folder, if all that belong to frames change values.

    Args:
        folder: on a local disk.
        paths: relative to the folder, without the frames' images.
        names: of frames.

    Returns:
        First file and :func:`lossy_encoding` of the most frequent suffix behind a frame's name;
        ``None`` if a suffix there can hold labels.

    Raises:
        FileNotFoundError: a file is a link to none.
    """
    first = None
    for suffix, files in suffixes_of(paths, names).items():
        if (_behind_name(files[0].replace(sep, '/'), names) != suffix
                or not suffix.lower().endswith(IMAGES)):
            continue
        path = join(folder, files[0])
        with open_file(path) as file:
            encoding = lossy_encoding(file)
        if encoding is None:
            return None
        first = first or (path, encoding)
    return first


def _behind_name(path: str, names: Collection[str]) -> str | None:
    """What follows the longest name that a path begins with; a number is not cut in two."""
    for end in range(len(path) - 1, 0, -1):
        if path[:end] in names and not (path[end - 1].isdigit() and path[end].isdigit()):
            return path[end:]
    return None
