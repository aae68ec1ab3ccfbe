"""The prediction of a decode head of mmseg, written as mmseg does."""

from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn

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
