"""Semantic segmentation as a task like the others."""

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.structures import PixelData
from torch import Tensor

from mmmtl.fields import logits_field
from mmmtl.registry import MODELS

from ..fast_maps import class_map
from ..geometry import Zoom
from .base_task_head import BaseTaskHead
from .labelled import has_classes


@MODELS.register_module()
class SemanticHead(BaseTaskHead):
    """Semantic segmentation on any body: what a decode head of mmseg does, as a task head.

    ================ ==========================================================================
    map              (K, H, W): a logit per class
    reads            ``gt_sem_seg``, ``ignore_index`` where a pixel has no label
    writes           ``pred_sem_seg`` (1, H, W) and ``seg_logits`` (K, H, W), as mmseg does
    loss             cross-entropy over labelled pixels (:class:`PixelCrossEntropyLoss`)
    ================ ==========================================================================

    Beside mmseg's heads it lets semantics stand in ``task_heads``, and saves their accuracy in
    the log of each step, whose ``topk`` took 4 of 10 parts of a small network's step on a CPU.
    A subclass with a ``pred_field`` of its own (``pred_x``, logits ``x_logits``), and a
    ``target_field`` if it learns other labels, is a second semantic task.

    Args:
        num_classes: K, at least 2; by default that of ``body``.
        ignore_index: label of pixels without one.
        body: see :class:`BaseTaskHead`.
        loss_decode: any of mmseg's pixel losses too. They may count frames without labels in
            their mean; the default does not.
        kwargs: see :class:`BaseTaskHead`.
    """

    kind = 'classification'
    default_task = 'semantic'
    target_field = 'gt_sem_seg'
    pred_field = 'pred_sem_seg'

    def __init__(self,
                 num_classes: int | None = None,
                 ignore_index: int = 255,
                 body: dict | Sequence[dict] | None = None,
                 loss_decode: dict | None = None,
                 **kwargs: Any) -> None:
        if num_classes is None:
            last = body if isinstance(body, dict) else (body or [{}])[-1]
            num_classes = last.get('num_classes')
        if not isinstance(num_classes, int) or num_classes < 2:
            raise ValueError('SemanticHead: num_classes must be a number of at least 2 classes '
                             f'(one foreground class is two with the background), got '
                             f'{num_classes!r}')
        self.out_channels = num_classes
        super().__init__(
            body=body,
            loss_decode=loss_decode or dict(type='mmmtl.PixelCrossEntropyLoss'),
            **kwargs)
        self.ignore_index = ignore_index

    def has_target(self, sample: Any) -> bool:
        """Whether any pixel of this frame has a class."""
        return has_classes(sample, self.ignore_index, self.target_field)

    def _stack_targets(self, samples: list, size: tuple[int, int], like: Tensor) -> Tensor:
        """(N, H, W) labels, all ignored in frames without them."""
        blank = torch.full((1, *size), self.ignore_index, device=like.device)
        return torch.cat([
            sample.get(self.target_field).data.long() if self.target_field in sample else blank
            for sample in samples])

    def compare(self, pred: Tensor, target: Tensor) -> Tensor:
        """Loss between logits (N, K, H, W) and labels (N, H, W)."""
        return self.loss_decode(pred, target, ignore_index=self.ignore_index)

    def write(self, pred: Tensor, sample: Any) -> None:
        """Write logits and the class of the largest one."""
        sample.set_data({
            logits_field(self.pred_field): PixelData(data=pred),
            self.pred_field: PixelData(data=class_map(pred))})

    def merge(self, versions: list) -> Tensor:
        """(K, H, W) log of the mean class probabilities, whose arg max is theirs."""
        logits = [sample.get(logits_field(self.pred_field)).data for sample in versions]
        return torch.stack([version.softmax(0) for version in logits]).mean(0).log()

    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """Classes have no unit."""
        return pred
