"""Whether a data sample has a label to learn from: more than a map of nothing."""

from typing import Any

from torch import nn

from mmmtl.fields import HAS_VALUES, IGNORED


def noted_values(sample: Any, field: str) -> bool | None:
    """What :class:`PackMultiTaskInputs` noted: whether a field has a value to learn from.

    Args:
        sample: a data sample.
        field: one of its fields.

    Returns:
        ``None`` for a sample that was packed by something else.
    """
    return sample.metainfo.get(HAS_VALUES, {}).get(field)


def has_classes(sample: Any, ignore_index: int, field: str = 'gt_sem_seg') -> bool:
    """Whether any pixel of a map of classes has one.

    Args:
        sample: a data sample.
        ignore_index: label of pixels without one.
        field: of the map.
    """
    if field not in sample:
        return False
    noted = noted_values(sample, field) if ignore_index == IGNORED else None
    return bool((sample.get(field).data != ignore_index).any()) if noted is None else noted


def count_classes(head: nn.Module) -> int:
    """Classes of a semantic head; one output of a sigmoid is two classes."""
    return 2 if getattr(head, 'out_channels', None) == 1 else head.num_classes
