"""Files of a folder by frame name, whatever the case of their suffix; and what was left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from os import walk
from os.path import isdir, join, relpath, sep
from unicodedata import normalize

import mmengine.fileio as fileio

_SAME = (('.jpg', '.jpeg'), ('.tif', '.tiff'))
IMAGES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff', '.webp', '.npy', '.ppm', '.pgm',
           '.gif', '.jp2', '.avif', '.heic')


def files_under(folder: str, backend_args: dict | None = None) -> list[str]:
    """All files under a folder, relative to it, but for hidden ones and a Mac's shadows.

    Links to files that do not exist are listed too: who opens them says so.
    """
    if isdir(folder):
        found = [relpath(join(place, name), folder)
                 for place, _, names in walk(folder, followlinks=True) for name in names]
    else:
        found = fileio.list_dir_or_file(
            folder, list_dir=False, recursive=True, backend_args=backend_args)
    return [path for path in found if not any(
        part.startswith('.') or part == '__MACOSX' for part in path.split(sep))]


def name_of(path: str, suffix: str) -> str | None:
    """Frame name of a file that ends with ``suffix``; ``None`` if it does not.

    ``.JPG`` is ``.jpg``, and ``.jpeg`` too, as ``.tiff`` is ``.tif``.
    """
    for end in _ends(suffix):
        kept = len(path) - len(end)
        if kept >= 0 and path[kept:].lower() == end:
            return path[:kept].replace(sep, '/')
    return None


def files_by_name(paths: Iterable[str], suffix: str) -> dict[str, str]:
    """Frame name → path of the files that end with ``suffix``.

    Args:
        paths: relative to the folder.
        suffix: what follows the frame's name, such as '_depth.png'.

    Raises:
        ValueError: two files are the same frame's.
    """
    found: dict[str, str] = {}
    for path in sorted(paths):
        name = name_of(path, suffix)
        if name is None:
            continue
        if name in found:
            raise ValueError(f'{found[name]} and {path} are both the file of frame {name!r} (the '
                             f'suffix {suffix!r}, in whatever case). Take one of them away')
        found[name] = path
    return found


def without_labels(images: Mapping[str, str], suffixes: Iterable[str]) -> dict[str, str]:
    """The images that are not a label of another one: ``a_depth.png`` beside ``a.png``.

    Args:
        images: frame name → path, of a folder that also holds labels.
        suffixes: what follows a frame's name in those labels' paths.
    """
    suffixes = tuple(suffixes)
    return {name: path for name, path in images.items()
            if not any(name_of(path, suffix) in images for suffix in suffixes)}


def left_out(paths: Iterable[str], names: Collection[str], suffixes: Iterable[str]) -> list[str]:
    """Images in a folder that belong to no frame.

    Args:
        paths: all files of the folder.
        names: of all frames.
        suffixes: of all kinds of files: folders may hold several.
    """
    suffixes = tuple(suffixes)
    return sorted(path for path in paths if path.lower().endswith(IMAGES)
                  and not any(name_of(path, suffix) in names for suffix in suffixes))


def misspelt_names(names: Collection[str], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Frames without a label, each with a label of no frame that is almost called like it.

    Names are alike that differ only in case, or in how Unicode stores an accent (a Mac's files
    have it as a letter of its own).
    """
    strays = {_alike(name): path for name, path in labels.items() if name not in names}
    return [(name, strays[_alike(name)]) for name in names
            if name not in labels and _alike(name) in strays]


def _alike(name: str) -> str:
    return normalize('NFC', name).casefold()


def _ends(suffix: str) -> tuple[str, ...]:
    lower = suffix.lower()
    for group in _SAME:
        for end in group:
            if lower.endswith(end):
                return tuple(lower[:len(lower) - len(end)] + other for other in group)
    return (lower, )
