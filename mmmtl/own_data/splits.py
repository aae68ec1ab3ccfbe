"""Which frames are for training, validation and test: by a share, by folders or by lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

STAGES = ('train', 'val', 'test')
PLACE = '{split}'

Split = float | Sequence[str] | Mapping[str, str]


def stages_of(split: Split, folders: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Arguments of the data set of each stage.

    Args:
        split: a share of the frames that is held out for validation (which ones, their names say:
            :mod:`mmmtl.datasets.hash_split`); or names of two or three parts, which stand for
            ``{split}`` in the folders; or lists of frame names by stage, ``train``, ``val`` and
            perhaps ``test``. Without a part of its own, the test is on the validation's.
        folders: by key of ``data_prefix``, with ``{split}`` where the parts have folders.

    Returns:
        ``data_prefix`` and ``part`` or ``ann_file``, by stage.

    Raises:
        ValueError, TypeError: the split is none of these, or does not go with the folders.
    """
    named = sorted(key for key, folder in folders.items() if PLACE in folder)
    if isinstance(split, Sequence) and not isinstance(split, str):
        return _by_folder(tuple(split), folders, named)
    if named:
        raise ValueError(f"{PLACE} in the folder of {named[0]}, but split={split!r} names no "
                         "folders; write split=('train', 'val')")
    if isinstance(split, Mapping):
        return _by_list(split, folders)
    if isinstance(split, float):
        return _by_share(split, folders)
    raise TypeError(
        f'split={split!r}: give the share of frames to hold out (split=0.2), the names of '
        "folders (split=('train', 'val'), with images='images/{split}'), or files that list "
        "frames (split=dict(train='train.txt', val='val.txt'))")


def _by_share(share: float, folders: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    if not 0 < share < 1:
        raise ValueError(f'split={share}: the share of frames held out for validation lies between '
                         '0 and 1, such as 0.2')
    training, held_out = (share, 1.0), (0.0, share)
    return {stage: dict(data_prefix=dict(folders), part=training if stage == 'train' else held_out)
            for stage in STAGES}


def _by_folder(split: tuple[str, ...], folders: Mapping[str, str],
               named: Sequence[str]) -> dict[str, dict[str, Any]]:
    if len(split) not in (2, 3) or not all(isinstance(name, str) for name in split):
        raise ValueError(f"split={split!r}: two or three names of folders, ('train', 'val') or "
                         "('train', 'val', 'test')")
    if 'img_path' not in named:
        raise ValueError(f"split={split!r} names folders, but the one of images has no {PLACE}: "
                         "write images='images/{split}', labels='labels/{split}' and so on")
    fixed = sorted(set(folders) - set(named))
    if fixed:
        raise ValueError(f'the folder of {fixed[0]} has no {PLACE}, but that of the images has: '
                         'every part must have its own')
    _refuse_leak(split[0], split[1:])
    return {stage: dict(data_prefix={key: folder.replace(PLACE, name)
                                     for key, folder in folders.items()})
            for stage, name in zip(STAGES, (*split, split[-1]), strict=False)}


def _by_list(split: Mapping[str, str], folders: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    unknown, absent = sorted(set(split) - set(STAGES)), {'train', 'val'} - set(split)
    if unknown or absent:
        raise ValueError(f'split={dict(split)!r}: files that list frame names for '
                         "'train' and 'val', and perhaps 'test'")
    _refuse_leak(split['train'], [split[stage] for stage in STAGES[1:] if stage in split])
    return {stage: dict(data_prefix=dict(folders), ann_file=split.get(stage, split['val']))
            for stage in STAGES}


def _refuse_leak(training: str, others: Sequence[str]) -> None:
    if training in others:
        raise ValueError(f'split: {training!r} is for training and for validation or test, too; '
                         'scores on frames that were trained on say nothing')
