"""What heads learn from, those of mmseg too, whose predictions are written as mmseg does."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.datasets.fields import IGNORED

from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.base_task_head import BaseTaskHead
from ..decode_heads.body import labelled_only
from ..decode_heads.labelled import has_classes
from ..fast_maps import class_map
from ..geometry import restore_map


def write_semantics(logits: Tensor, sample: SegDataSample, head: nn.Module,
                    restore: bool = True) -> None:
    """Write ``seg_logits`` and ``pred_sem_seg`` of one frame.

    The values are those of mmseg's ``BaseSegmentor.postprocess_result``; maps that have the size
    of the image are not resized, and the class of the largest logit is found faster.

    Args:
        logits: (C, H, W) map at the size of the padded input.
        sample: data sample of the frame.
        head: the decode head, for its ``align_corners`` and, with one channel, ``threshold``.
        restore: whether to bring the map back to the original image.
    """
    if restore:
        logits, _ = restore_map(logits, sample.metainfo, head.align_corners)
    if len(logits) > 1:
        classes = class_map(logits)
    else:
        logits = logits.sigmoid()
        classes = (logits > head.threshold).to(logits)
    sample.set_data(dict(
        seg_logits=PixelData(data=logits), pred_sem_seg=PixelData(data=classes)))


def has_target(head: nn.Module, sample: SegDataSample) -> bool:
    """Whether a frame has a label, with a value to learn from, for any head."""
    if isinstance(head, BaseTaskHead | BaseImageHead):
        return head.has_target(sample)
    return has_classes(sample, getattr(head, 'ignore_index', IGNORED))


def read_for(heads: Mapping[str, nn.Module], samples: Sequence[SegDataSample]) -> set[str]:
    """Tasks whose label was read for any frame, be there a value in it or not."""
    return {name for name, head in heads.items()
            if any(getattr(head, 'target_field', 'gt_sem_seg') in sample for sample in samples)}


def with_semantics(features: Any, samples: list[SegDataSample],
                   head: nn.Module) -> tuple[Any, list]:
    """Features and samples of the frames of which a pixel has a class, for a semantic head.

    mmseg's losses would count ignored frames in their mean. A single frame is taken twice, which
    changes no mean, since batch normalisation refuses one value per channel (pooled to 1 × 1).
    """
    labelled = [i for i, sample in enumerate(samples) if has_target(head, sample)]
    if len(labelled) == len(samples):
        return features, samples
    labelled = labelled * 2 if len(labelled) == 1 else labelled
    return labelled_only(features, labelled), [samples[i] for i in labelled]
