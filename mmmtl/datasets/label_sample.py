"""Are values in label files what loaders and heads take? A few files are read beforehand."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.dist import broadcast_object_list, is_main_process

from mmmtl.fields import IGNORED, LARGEST_CLASS, largest_class

from .chains import chains_of
from .numbered_classes import check_largest_class
from .pipeline_steps import LABEL_LOADERS, Step
from .target_check import is_of_known_packages, steps_of

#: frames of a data set whose labels are read, and how long all of them together may take
_MOST_FRAMES, _MOST_SECONDS = 50, 3.0
#: frames that are asked whether they have a label
_MOST_LISTED = 5_000


def check_label_sample(name: str, dataset: Any,
                       classes: Mapping[str, tuple[int, int]]) -> list[str]:
    """Read the labels of a few frames, spread over a data set, by its pipeline's own loaders.

    A value outside the classes, or a file that only its pixels show to be damaged, would stop a
    training when the frame is read, perhaps after hours. Transforms of other packages may change
    labels: where there is one, only the loaders say what is wrong. The first rank reads; all ranks
    say the same.

    Args:
        name: 'train_dataloader', for the message.
        dataset: built; wrappers are looked into.
        classes: by whose classes they are: how many, and the label of pixels without one.

    Returns:
        How maps with a unit were read, one line for each folder.

    Raises:
        ValueError: with file, value, the number of classes, and the remedy.
    """
    units: dict[str, None] = {}
    problem = None
    if is_main_process():
        end = time.monotonic() + _MOST_SECONDS
        try:
            for part, transforms in chains_of(dataset):
                _read_part(part, transforms, classes, units, end)
        except Exception as error:  # whatever it is: other ranks wait for the answer
            problem = str(error) or repr(error)
    shared = [problem, list(units)]
    broadcast_object_list(shared)
    problem, lines = shared
    if problem:
        raise ValueError(f'{name}: {problem}')
    return lines


def spread(count: int) -> Iterator[int]:
    """0 to ``count - 1``, each once, in an order of which any beginning is spread evenly."""
    step = next(step for step in range(max(1, round(count * 0.618)), count + 2)
                if math.gcd(step, count) == 1) if count else 1
    return (i * step % count for i in range(count))


def _read_part(part: Any, transforms: Any, classes: Mapping[str, tuple[int, int]],
               units: dict[str, None], end: float) -> None:
    if not transforms or not hasattr(part, 'get_data_info') or not getattr(
            part, '_fully_initialized', True):
        return
    steps = list(steps_of(transforms))
    loaders = {step.name: step for step in steps
               if step.is_a('LoadAnnotations', *LABEL_LOADERS) and _is_known(step)}
    classes = classes if is_of_known_packages(part, steps) else {}
    read = 0
    for listed, index in enumerate(spread(len(part)) if loaders else ()):
        if read == _MOST_FRAMES or listed == _MOST_LISTED or read and time.monotonic() > end:
            return
        frame = part.get_data_info(index)
        if any(key != 'img_path' and key.endswith('_path') for key in frame):
            read += 1
            for key, unit in _read_frame(frame, loaders, classes):
                folder = (getattr(part, 'data_prefix', None) or {}).get(key, key)
                units[f'{folder}: {unit}'] = None


def _read_frame(frame: dict, loaders: Mapping[str, Step],
                classes: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, str]]:
    for step in loaders.values():
        if step.is_a('LoadAnnotations') and frame.get('seg_map_path') is None:
            continue
        frame = step.transform.transform(frame)
        describe = getattr(step.transform, 'describe_unit', None)
        unit = describe(frame) if describe else None
        if unit:
            yield step.transform.path_key, unit
    if 'gt_seg_map' in frame:
        sample = {**frame, LARGEST_CLASS: largest_class(frame['gt_seg_map'])}
        for whose, (number, ignored) in classes.items():
            check_largest_class(sample, number, ignored, whose)


def _is_known(step: Step) -> bool:
    return type(step.transform).__module__.partition('.')[0] in ('mmseg', 'mmmtl')


def classes_in(metainfo: Mapping[str, Any] | None) -> dict[str, tuple[int, int]]:
    """Classes that a data set names, for :func:`check_label_sample`."""
    count = len((metainfo or {}).get('classes') or ())
    return {"the data set's meta information": (count, IGNORED)} if count else {}
