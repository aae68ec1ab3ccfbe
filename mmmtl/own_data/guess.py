"""What folders and files of one's own are usually called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mmmtl.datasets.listing import IMAGES, files_under
from mmmtl.datasets.suffixes import suffixes_of

USUAL: Mapping[str, Sequence[str]] = {
    'images': ('images', 'image', 'imgs', 'img', 'rgb', 'JPEGImages'),
    'labels': ('labels', 'label', 'masks', 'mask', 'annotations', 'semantic', 'seg',
               'SegmentationClass'),
    'instances': ('instances', 'instance', 'inst', 'SegmentationObject'),
    'depth': ('depth', 'depths'),
    'disparity': ('disparity', 'disparities', 'disp'),
    'normals': ('normals', 'normal'),
    'boundaries': ('boundaries', 'boundary', 'edges'),
}
"""Names of folders by argument of :func:`mmmtl.own_data.into`, the most usual first."""


def guess_folders(root: Path, given: Mapping[str, str | None]) -> dict[str, str]:
    """Folders by argument: those given, and the usual ones that there are.

    Args:
        root: folder that the others are relative to.
        given: by argument; ``None``: not said.

    Raises:
        FileNotFoundError: the root does not exist, or no folder of images or labels is found.
    """
    if not root.is_dir():
        raise FileNotFoundError(f'folder {root} (--data-root) does not exist')
    found = {}
    for option, names in USUAL.items():
        named = given.get(option)
        there = [name for name in names if (root / name).is_dir()]
        if named or there:
            found[option] = named or there[0]
    for option in ('images', 'labels'):
        if option not in found:
            there = sorted(path.name for path in root.iterdir() if path.is_dir())
            raise FileNotFoundError(
                f'{root}: no folder of {option} (one of {list(USUAL[option])}); there are '
                f'{there or "no folders"}. Say which: --{option} FOLDER')
    return found


def guess_image_suffix(folder: Path) -> str:
    """The most frequent extension of images in a folder; '.jpg' if there are none."""
    found = [suffix for suffix in suffixes_of(files_under(str(folder)))
             if suffix.lower().endswith(IMAGES)]
    return found[0] if found else '.jpg'


def guess_label_suffix(folder: Path, names: Sequence[str]) -> str:
    """What most files in a folder have behind the name of an image; '.png' if none has one."""
    frames = dict.fromkeys(names)
    if not folder.is_dir():  # the data set says so
        return '.png'
    for suffix, files in suffixes_of(files_under(str(folder)), frames).items():
        if files[0].removesuffix(suffix).replace('\\', '/') in frames:
            return suffix
    return '.png'
