"""The frames of a batch that a semantic loss is to see."""

from collections.abc import Callable, Sequence
from typing import Any

from mmseg.structures import SegDataSample
from torch import nn

from mmmtl.datasets.numbered_classes import check_largest_class
from mmmtl.fields import IGNORED

from ..decode_heads.body import labelled_only
from ..decode_heads.labelled import count_classes

SEMANTICS = 'gt_sem_seg'


def check_classes(name: str, head: nn.Module, samples: Sequence[SegDataSample]) -> None:
    """Refuse labels beyond the outputs of a semantic head.

    Args:
        name: of the task.
        head: its head.
        samples: frames; those packed by :class:`PackMultiTaskInputs` know their largest class.

    Raises:
        ValueError: with file and value.
    """
    for sample in samples:
        check_largest_class(sample.metainfo, count_classes(head),
                            getattr(head, 'ignore_index', IGNORED), f'the head of task {name!r}')


def labelled_frames(has_target: Callable[[SegDataSample], bool], features: Any,
                    samples: list[SegDataSample]) -> tuple[Any, list[SegDataSample]]:
    """Features and samples of the frames that have a label.

    mmseg's losses would count ignored frames in their mean. A single frame is taken twice, which
    changes no mean, since batch normalisation refuses one value per channel (pooled to 1 × 1).

    Args:
        has_target: whether a frame has one.
        features: nested lists, tuples or dicts of (N, ...) tensors.
        samples: the N frames, one of which has a label.
    """
    labelled = [i for i, sample in enumerate(samples) if has_target(sample)]
    if len(labelled) == len(samples):
        return features, samples
    labelled = labelled * 2 if len(labelled) == 1 else labelled
    return labelled_only(features, labelled), [samples[i] for i in labelled]
