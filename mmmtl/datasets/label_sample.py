"""Are values in label files what loaders and heads take? A few files are read beforehand."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from mmengine.dist import broadcast_object_list, is_main_process

from mmmtl.fields import IGNORED, LARGEST_CLASS, largest_class

from .chains import chains_of
from .depth_range import doubts, middle_depth
from .known_loaders import hands_frames_on, has_unknown_wrapper, known_loaders
from .numbered_classes import check_largest_class
from .pipeline_steps import Step
from .target_check import is_of_known_packages, steps_of

#: frames whose labels are read, and frames that are asked whether they have one, of each part
_MOST_FRAMES, _MOST_LISTED = 50, 5_000
#: seconds after which no further frame of any part is asked or read
_MOST_SECONDS = 3.0


class LabelSample(NamedTuple):
    """What was looked at.

    Attributes:
        read: frames whose labels were read.
        frames: of the data set.
        units: how maps with a unit were read, one line for each folder.
        doubts: questions about values that are possible, but strange.
    """

    read: int
    frames: int
    units: list[str]
    doubts: list[str]


class _Notes:
    """What is noted while frames are read: units, and middles of depth by folder."""

    def __init__(self) -> None:
        self.units: dict[str, None] = {}
        self.middles: dict[str, list[float]] = {}

    def take(self, folder: str, unit: str, depth: np.ndarray | None) -> None:
        """Note how a map was read; with its depth in metres, if it is one."""
        self.units[f'{folder}: {unit}'] = None
        middle = None if depth is None else middle_depth(depth)
        if middle is not None:
            self.middles.setdefault(folder, []).append(middle)


def check_label_sample(name: str, dataset: Any, classes: Mapping[str, tuple[int, int]],
                       ignored: Collection[int] = ()) -> LabelSample:
    """Read the labels of a few frames, spread over a data set, by its pipeline's own loaders.

    A value outside the classes, or a file that only its pixels show to be damaged, would stop a
    training when the frame is read, perhaps after hours. Transforms of other packages may change
    labels: where there is one, only the loaders before it say what is wrong. Data sets that other
    packages read, or wrap, are not looked at. The first rank reads; all ranks say the same.

    Args:
        name: 'train_dataloader', for the message.
        dataset: built; wrappers are looked into.
        classes: by whose classes they are: how many, and the label of pixels without one. All of
            them may ignore what one of them or the data set (``ignore_index``) ignores.
        ignored: further labels that are ignored.

    Raises:
        ValueError: with file, value, the number of classes, and the remedy.
    """
    problem, sample = None, None
    if is_main_process():
        try:
            sample = _read(dataset, classes, {IGNORED, *ignored})
        except Exception as error:  # whatever it is: other ranks wait for the answer
            problem = str(error) or repr(error)
    shared = [problem, sample and tuple(sample)]
    broadcast_object_list(shared)
    problem, values = shared
    if problem:
        raise ValueError(f'{name}: {problem}')
    return LabelSample(*values)


def spread(count: int) -> Iterator[int]:
    """0 to ``count - 1``, each once, in an order of which any beginning is spread evenly."""
    step = next(step for step in range(max(1, round(count * 0.618)), count + 2)
                if math.gcd(step, count) == 1) if count else 1
    return (i * step % count for i in range(count))


def _read(dataset: Any, classes: Mapping[str, tuple[int, int]],
          ignored: Collection[int]) -> LabelSample:
    """Look at the parts by turns: each gets its share of the time."""
    end = time.monotonic() + _MOST_SECONDS
    notes = _Notes()
    chains = list(chains_of(dataset))
    parts = [] if has_unknown_wrapper(dataset) else [
        _read_part(part, transforms or (), classes, ignored, notes) for part, transforms in chains]
    read = 0
    while parts:
        for part in tuple(parts):
            found = next(part, None)
            if found is None:
                parts.remove(part)
                continue
            read += found
            if time.monotonic() > end:
                parts.clear()
                break
    return LabelSample(read, sum(_count(part) for part, _ in chains), list(notes.units),
                       doubts(notes.middles))


def _read_part(part: Any, transforms: Sequence[Any], classes: Mapping[str, tuple[int, int]],
               ignored: Collection[int], notes: _Notes) -> Iterator[bool]:
    """Whether each frame that is asked has labels, which are then read."""
    loaders = known_loaders(transforms)
    if not loaders or not _can_be_read(part):
        return
    classes = classes if is_of_known_packages(part, list(steps_of(transforms))) else {}
    ignored = {*ignored, *(label for _, label in classes.values()),
               getattr(part, 'ignore_index', IGNORED)}
    keys = {getattr(step.transform, 'path_key', 'seg_map_path') for step in loaders}
    folders = getattr(part, 'data_prefix', None) or {}
    read = 0
    for index in islice(spread(len(part)), _MOST_LISTED):
        frame = part.get_data_info(index)
        labelled = any(frame.get(key) is not None for key in keys)
        if labelled:
            for key, unit, depth in _read_frame(frame, loaders, classes, ignored):
                notes.take(folders.get(key, key), unit, depth)
        yield labelled
        read += labelled
        if read == _MOST_FRAMES:
            return


def _can_be_read(part: Any) -> bool:
    return hasattr(part, 'get_data_info') and _is_listed(part) and hands_frames_on(part)


def _read_frame(frame: dict, loaders: Sequence[Step], classes: Mapping[str, tuple[int, int]],
                ignored: Collection[int]) -> Iterator[tuple[str, str, np.ndarray | None]]:
    for step in loaders:
        if step.is_a('LoadAnnotations') and frame.get('seg_map_path') is None:
            continue
        frame = step.transform.transform(frame)
        describe = getattr(step.transform, 'describe_unit', None)
        unit = describe(frame) if describe else None
        if unit:
            field = step.transform.field
            yield step.transform.path_key, unit, frame[field] if field == 'gt_depth_map' else None
    if 'gt_seg_map' in frame:
        _check_classes(frame, classes, ignored)


def _check_classes(frame: dict, classes: Mapping[str, tuple[int, int]],
                   ignored: Collection[int]) -> None:
    labels = frame['gt_seg_map']
    labels = labels[~np.isin(labels, [label for label in ignored if isinstance(label, int)])]
    sample = {**frame, LARGEST_CLASS: largest_class(labels)}
    for whose, (number, label) in classes.items():
        check_largest_class(sample, number, label, whose)


def _is_listed(part: Any) -> bool:
    return getattr(part, '_fully_initialized', True)


def _count(part: Any) -> int:
    return len(part) if _is_listed(part) and hasattr(part, '__len__') else 0


def classes_in(dataset: Any) -> dict[str, tuple[int, int]]:
    """Classes that a data set names, for :func:`check_label_sample`."""
    count = len((getattr(dataset, 'metainfo', None) or {}).get('classes') or ())
    ignored = getattr(dataset, 'ignore_index', IGNORED)
    return {"the data set's meta information": (count, ignored)} if count else {}
