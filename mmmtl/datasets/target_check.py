"""Can a data set's pipeline make what a head learns from, at the size that the network expects?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mmmtl.fields import FIELDS, MapField

from .base_multi_task import BaseMultiTaskDataset
from .chains import chains_of
from .pipeline_steps import RESIZERS, Step

#: of whose data sets and transforms all is known
KNOWN = ('mmcv', 'mmseg', 'mmmtl')
_REPLACED = ('. This is no data set of mmmtl: where a config mixes in _base_/mix_in, a dataloader '
             "assigned below globals().update(_base_.pop('multi_task')) replaces what that line "
             'brought; write _base_.multi_task.into(_base_) instead, over which '
             'assignments are merged (configs/mix_in/README.md)')


def check_target(task: str, field: str, dataset: Any) -> None:
    """Refuse a training set of which no part can have the target of a task.

    Transforms and data sets of other packages may make anything: where there is one, only mmseg's
    packing, which drops maps, is refused.

    Args:
        task: its name, for the message.
        field: of the data sample, such as 'gt_depth_map'.
        dataset: built; wrappers are looked into.

    Raises:
        ValueError: with the task, what is missing and what to do.
    """
    reasons = []
    for part, transforms in chains_of(dataset):
        reason = None if transforms is None else _what_is_missing(field, part, transforms)
        if reason is None:
            return
        reasons.append((part, reason))
    part, reason = reasons[0]
    raise ValueError(
        f'task {task!r} would never learn: its head needs {field}, but the training pipeline of '
        f'{type(part).__name__} {reason}. Add it, take the head away (task_heads=dict({task}=None))'
        f' or write model.unlabelled_tasks=[{task!r}]'
        + ('' if isinstance(part, BaseMultiTaskDataset) else _REPLACED))


def check_crop(size: Sequence[int] | None, dataset: Any) -> str | None:
    """Compare the crops of a training set with the fixed size of the network's input.

    Args:
        size: ``size`` of the data preprocessor, (height, width), or ``None``.
        dataset: built; wrappers are looked into.

    Returns:
        A warning where they differ. Smaller crops are padded, which published configs do too
        (Mapillary's 512 × 1024 to 1280 × 1280); larger ones the preprocessor hands on as they are.
    """
    warning = None
    for _, transforms in chains_of(dataset) if size is not None else ():
        sizing = [step for step in steps_of(transforms or ())
                  if step.is_a('RandomCrop', 'Pad', *RESIZERS)]
        if not sizing or not sizing[-1].is_a('RandomCrop'):
            continue
        crop = tuple(sizing[-1].get('crop_size'))
        found = (f'RandomCrop of the training pipeline has crop_size={crop}, but '
                 f'model.data_preprocessor.size is {tuple(size)} (height, width)')
        remedy = ('Make them equal (_base_.multi_task.into(_base_) in a config that mixes in '
                  '_base_/mix_in keeps the published crop)')
        if crop[0] < size[0] or crop[1] < size[1]:
            warning = f'{found}: every image is padded. {remedy}'
        elif crop != tuple(size):
            warning = f'{found}: the network is given the larger crops. {remedy}'
    return warning


def steps_of(transforms: Sequence[Any], wrappers: bool = False) -> Iterator[Step]:
    """All steps, also those of wrappers, of which a run takes some.

    Args:
        transforms: built.
        wrappers: whether wrappers are steps, too, before what is in them.
    """
    for transform in transforms:
        step = Step(transform)
        branches = step.branches()
        if branches is None or wrappers:
            yield step
        for branch in branches or ():
            yield from steps_of(branch, wrappers)


def sources(field: MapField) -> list[tuple[str, ...]]:
    """Which transforms a target needs: of each tuple one."""
    made = field.made
    if made is None:
        return [field.loaders]
    if field.loaders:
        return [(*field.loaders, made.by)]
    return [*sources(FIELDS[made.of]), (made.by, )]


def is_of_known_packages(dataset: Any, steps: Sequence[Step]) -> bool:
    """Whether data set and built transforms are ours or the hosts', of which all is known."""
    makers = [dataset, *(step.transform for step in steps)]
    return all(is_of(type(maker), KNOWN) for maker in makers)


def is_of(kind: type, packages: Sequence[str]) -> bool:
    """Whether a class stands in one of these packages."""
    return kind.__module__.partition('.')[0] in packages


def _what_is_missing(field: str, dataset: Any, transforms: Sequence[Any]) -> str | None:
    steps = list(steps_of(transforms))
    packs = any(step.is_a('PackMultiTaskInputs') for step in steps)
    row = FIELDS.get(field)
    if not packs and not (row and row.packed_by_host) and any(
            step.name == 'PackSegInputs' for step in steps):
        return 'packs with PackSegInputs, which drops it, instead of mmmtl.PackMultiTaskInputs'
    if not is_of_known_packages(dataset, steps):
        return None
    for names in sources(row) if row else ():
        if not any(step.is_a(*names) or step.get('field') == field for step in steps):
            return f'has no {names[0]}'
    return None
