"""The frames of a batch that a semantic loss is to see."""

from collections.abc import Callable
from typing import Any

from mmseg.structures import SegDataSample

from ..decode_heads.body import labelled_only

SEMANTICS = 'gt_sem_seg'


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
