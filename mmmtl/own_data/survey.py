"""What one's own folders hold: sizes, classes, shares with labels, depth, instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from multiprocessing import Pool
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from mmmtl.datasets.base_multi_task import BaseMultiTaskDataset
from mmmtl.datasets.depth_range import doubts, middle_depth
from mmmtl.datasets.image_header import read_header
from mmmtl.fields import IGNORED
from mmmtl.registry import TRANSFORMS

from .maps import LABEL_KINDS, LabelKind, loader_options, loaders_of


class Frame(NamedTuple):
    """What one frame holds.

    Attributes:
        size: (width, height) of the image; ``None``: its header does not say.
        labelled: options of the labels that it has.
        classes: (256, ) pixels of each class label; ``None`` without one.
        depth: smallest, middle and largest metres; ``None`` where nothing is measured.
        instances: how many; ``None`` without a map of them.
    """

    size: tuple[int, int] | None
    labelled: tuple[str, ...]
    classes: np.ndarray | None
    depth: tuple[float, float, float] | None
    instances: int | None


class Survey(NamedTuple):
    """What all frames hold.

    Attributes:
        lines: sentences for people.
        classes: labels that occur, without the ignored one.
        doubts: questions about values that are possible, but strange.
    """

    lines: list[str]
    classes: list[int]
    doubts: list[str]


def look_at(frame: Mapping[str, Any], depth_unit: float | None = None) -> Frame:
    """Read the labels of a frame by the package's own loaders.

    Args:
        frame: of a :class:`BaseMultiTaskDataset`, with paths.
        depth_unit: metres a step; ``None``: the loader's own.

    Raises:
        ValueError: a label cannot be read, with file, field and remedy.
    """
    header = read_header(frame['img_path'])
    results = {**frame, 'ori_shape': header.size()[::-1]} if header else dict(frame)
    loaders = [(kind, load) for kind, load in _loaders(depth_unit) if kind.path_key in frame]
    for _, load in loaders:
        results = load(results)
    ids = results.get('gt_instance_map')
    return Frame(
        header.size() if header else None, tuple(kind.option for kind, _ in loaders),
        np.bincount(results['gt_seg_map'].ravel(), minlength=256) if 'gt_seg_map' in results
        else None,
        _range(results.get('gt_depth_map')),
        None if ids is None else int(np.unique(ids[ids > 0]).size))


@cache
def _loaders(depth_unit: float | None) -> list[tuple[LabelKind, Callable[[dict], dict]]]:
    """One for each kind of label: loaders warn of some things once."""
    steps = loaders_of(LABEL_KINDS, loader_options(depth_unit))
    return [(kind, TRANSFORMS.build(step)) for kind, step in zip(LABEL_KINDS, steps, strict=True)]


def _range(depth: np.ndarray | None) -> tuple[float, float, float] | None:
    middle = None if depth is None else middle_depth(depth)
    if depth is None or middle is None:
        return None
    return float(np.nanmin(depth)), middle, float(np.nanmax(depth))


def look_at_all(dataset: BaseMultiTaskDataset, depth_unit: float | None, workers: int,
                step: Callable[[], None] = lambda: None) -> list[Frame]:
    """All frames of a data set, read in parallel.

    Args:
        dataset: its pipeline is not run.
        depth_unit: as of :func:`look_at`.
        workers: processes; 1: this one.
        step: called for each frame, for a progress bar.
    """
    frames = [dataset.get_data_info(index) for index in range(len(dataset))]
    look = partial(look_at, depth_unit=depth_unit)
    if workers == 1:
        return _collected(map(look, frames), step)
    with Pool(workers) as pool:
        return _collected(pool.imap(look, frames, chunksize=8), step)


def _collected(found: Iterable[Frame], step: Callable[[], None]) -> list[Frame]:
    kept = []
    for frame in found:
        kept.append(frame)
        step()
    return kept


def summarise(frames: list[Frame], names: Mapping[int, str], depth_folder: str = '') -> Survey:
    """Put what frames hold in sentences.

    Args:
        frames: at least one.
        names: of classes by label, as far as they are known.
        depth_folder: for questions about depth.
    """
    counts = sum((one.classes for one in frames if one.classes is not None),
                 np.zeros(256, np.int64))
    depths = [one.depth for one in frames if one.depth]
    lines = [f'{len(frames)} images, {_sizes(frames)}', *_shares(frames), *_classes(counts, names),
             *_depths(depths), *_instances(frames)]
    return Survey(lines, [label for label in np.flatnonzero(counts).tolist() if label != IGNORED],
                  doubts({depth_folder: [middle for _, middle, _ in depths]}))


def _classes(counts: np.ndarray, names: Mapping[int, str]) -> list[str]:
    labels = np.flatnonzero(counts).tolist()
    return ['classes: ' + ', '.join(
        f'{names.get(label, label)} {100 * counts[label] / counts.sum():.1f} %'
        for label in labels)] if labels else []


def _depths(depths: list[tuple[float, float, float]]) -> list[str]:
    if not depths:
        return []
    nearest, middle, farthest = zip(*depths, strict=True)
    return [f'depth: {min(nearest):.3g} to {max(farthest):.3g} m, middle {median(middle):.3g} m']


def _instances(frames: list[Frame]) -> list[str]:
    numbers = [one.instances for one in frames if one.instances is not None]
    return [f'instances: {min(numbers)} to {max(numbers)} a frame, '
            f'middle {median(numbers):g}'] if numbers else []


def _sizes(frames: list[Frame]) -> str:
    sizes = Counter(one.size for one in frames if one.size)
    if not sizes:
        return 'of sizes that their headers do not say'
    small, large = min(sizes, key=np.prod), max(sizes, key=np.prod)
    often, count = sizes.most_common(1)[0]
    return (f'{small[0]} x {small[1]} to {large[0]} x {large[1]} (width x height), most often '
            f'{often[0]} x {often[1]} ({count})')


def _shares(frames: list[Frame]) -> list[str]:
    labelled = Counter(option for one in frames for option in one.labelled)
    return [f'{option}: {count} of {len(frames)} frames' for option, count in labelled.items()]
