"""Semantics by a decode head of MMSegmentation."""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.structures import PixelData
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.fields import IGNORED

from ..decode_heads.body import CascadeHead, flatten_tensors, split_maps
from ..decode_heads.labelled import has_classes
from ..fast_maps import class_map
from ..geometry import restore_map
from ..losses.pixel_mean import PixelMean
from .frames import SEMANTICS, check_classes, labelled_frames
from .map_task import MapTask


class HostTask(MapTask):
    """A view of any decode head of mmseg, which knows neither partial labels nor tasks."""

    of_host = True
    kind = 'classification'
    target_field = SEMANTICS
    pred_field = 'pred_sem_seg'

    @property
    def body(self) -> nn.Module:
        """The head itself."""
        return self.head

    def has_target(self, sample: SegDataSample) -> bool:
        """Whether any pixel of the frame has a class."""
        return has_classes(sample, getattr(self.head, 'ignore_index', IGNORED))

    def check_labels(self, samples: Sequence[SegDataSample]) -> None:
        """Class labels need an output each."""
        check_classes(self.name, self.head, samples)

    def frames_to_learn(self, features: Any,
                        samples: list[SegDataSample]) -> tuple[Any, list[SegDataSample]]:
        """The frames of which a pixel has a class."""
        return labelled_frames(self.has_target, features, samples)

    def outputs(self, features: Any) -> list[Tensor]:
        """All that the head returns."""
        return flatten_tensors(self.head(features))

    def pixel_means(self) -> list[PixelMean]:
        """Where mmseg's own way of making the loss is known to be a mean over pixels."""
        return _pixel_means(self.head)

    def count(self, samples: Sequence[SegDataSample], like: Tensor,
              mean: PixelMean | None) -> Tensor | float:
        """Pixels of the frames with classes."""
        return mean.count(torch.stack(
            [sample.gt_sem_seg.data for sample in samples if self.has_target(sample)]))

    def forward(self, features: Any) -> Tensor:
        """(N, C, h, w) logits, those that predict of several."""
        tensors = flatten_tensors(self.head(features))
        return tensors[0] if len(tensors) == 1 else split_maps(
            tensors, self.head.out_channels, self.head)[0][0]

    def write(self, pred: Tensor, sample: SegDataSample, restore: bool = True) -> None:
        """Write ``seg_logits`` and ``pred_sem_seg``.

        The values are those of mmseg's ``BaseSegmentor.postprocess_result``; maps that have the
        size of the image are not resized, and the class of the largest logit is found faster.
        """
        if restore:
            pred, _ = restore_map(pred, sample.metainfo, self.head.align_corners)
        if len(pred) > 1:
            classes = class_map(pred)
        else:
            pred = pred.sigmoid()
            classes = (pred > self.head.threshold).to(pred)
        _write(sample, classes, pred)

    def merge(self, versions: Sequence[SegDataSample], merged: SegDataSample) -> None:
        """Mean class probabilities, as mmseg's ``SegTTAModel`` takes them."""
        logits = [version.seg_logits.data for version in versions]
        if len(logits[0]) > 1:
            scores = torch.stack([version.softmax(0) for version in logits]).mean(0)
            classes = class_map(scores)
            scores = scores.log()  # logits of the mean
        else:  # binary: the sigmoid of the one channel is taken already
            scores = torch.stack(logits).mean(0)
            classes = (scores > self.head.threshold).to(scores)
        _write(merged, classes, scores)


def _write(sample: SegDataSample, classes: Tensor, logits: Tensor) -> None:
    sample.set_data(dict(
        pred_sem_seg=PixelData(data=classes), seg_logits=PixelData(data=logits)))


def _pixel_means(head: nn.Module) -> list[PixelMean]:
    if isinstance(head, CascadeHead):
        return [mean for stage in head for mean in _pixel_means(stage)]
    name = type(head).__name__
    if type(head).loss_by_feat is not BaseDecodeHead.loss_by_feat:
        raise ValueError(f'{name} makes its loss in a way of its own')
    if head.sampler is not None:
        raise ValueError(f'{name} samples pixels by their loss')
    loss = head.loss_decode
    losses = list(loss) if isinstance(loss, nn.ModuleList) else [loss]
    return [PixelMean.of(one, head.ignore_index) for one in losses]
