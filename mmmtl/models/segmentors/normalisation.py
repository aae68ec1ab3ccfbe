"""Means over the valid pixels of all ranks together, instead of means of the ranks' means."""

from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_reduce, is_distributed
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.base_task_head import BaseTaskHead
from ..decode_heads.body import CascadeHead
from ..losses.pixel_mean import PixelMean
from .semantics import has_target

NORMALISE = ('rank', 'world')


class WorldCounts:
    """How many values each task's loss is a mean over, on this rank.

    A rank's mean times its count, over the mean of all ranks' counts, averages over the ranks to
    the mean over all values, which does not depend on how frames fall on ranks.

    Args:
        heads: of each task.
        auxiliary: further heads of ``decode_task``.
        decode_task: name of the first task.

    Raises:
        ValueError: if it is not known what a loss divides by, or if a task's losses divide by
            different numbers.
    """

    def __init__(self, heads: Mapping[str, nn.Module], auxiliary: Sequence[nn.Module],
                 decode_task: str) -> None:
        self._pixel_means: dict[str, PixelMean] = {}
        #: tasks whose loss talks to all ranks (the largest residual, for berHu)
        self.collective: set[str] = set()
        for name, head in heads.items():
            together = [head, *(auxiliary if name == decode_task else [])]
            try:
                self._learn(name, together)
            except ValueError as error:
                raise ValueError(
                    f"normalise='world': task {name!r}: {error}. Use normalise='rank', or losses "
                    'of which it is known (mmmtl.PixelCrossEntropyLoss, mmseg.CrossEntropyLoss '
                    'without class_weight, mmmtl.MaskedL1Loss and its kin)') from error

    def _learn(self, name: str, heads: Sequence[nn.Module]) -> None:
        if isinstance(heads[0], BaseImageHead):  # which say their counts themselves
            return
        means = [mean for head in heads for mean in _pixel_means(head)]
        if len(set(means)) > 1:
            raise ValueError(f'its losses are means over different pixels, {set(means)}')
        if means:
            self._pixel_means[name] = means[0]
        for head in heads:
            for module in head.modules():
                if hasattr(module, 'over_ranks'):
                    module.over_ranks = True
                    self.collective.add(name)

    def __call__(self, heads: Mapping[str, nn.Module], labelled: Mapping[str, bool],
                 samples: Sequence[SegDataSample], like: Tensor) -> dict[str, Tensor | float]:
        """The count of each task on this rank, 0 without labels.

        Args:
            heads: of each task.
            labelled: whether any frame of this rank has the task's label.
            samples: the frames.
            like: a tensor on their device.
        """
        return {name: self._count(name, head, samples, like) if labelled[name] else 0.0
                for name, head in heads.items()}

    def _count(self, name: str, head: nn.Module, samples: Sequence[SegDataSample],
               like: Tensor) -> Tensor | float:
        if isinstance(head, BaseImageHead):
            return head.count(list(samples))
        if isinstance(head, BaseTaskHead):
            target = head.targets(samples, like)
            mean = self._pixel_means.get(name)
            return mean.count(target) if mean else head.loss_decode.count(target)
        labels = [sample.gt_sem_seg.data for sample in samples if has_target(head, sample)]
        return self._pixel_means[name].count(torch.stack(labels))


def _pixel_means(head: nn.Module) -> list[PixelMean]:
    """What the losses of a head over class labels are means over; none for measurements."""
    if isinstance(head, CascadeHead):
        return [mean for stage in head for mean in _pixel_means(stage)]
    losses = head.loss_decode
    losses = list(losses) if isinstance(losses, nn.ModuleList) else [losses]
    if isinstance(head, BaseTaskHead):
        if head.kind == 'classification':
            return [PixelMean.of(loss, head.ignore_index) for loss in losses]
        unknown = [type(loss).__name__ for loss in losses if not hasattr(loss, 'count')]
        if unknown:
            raise ValueError(f'{unknown[0]} does not say what it is a mean over (a method '
                             '`count(target)`)')
        return []
    name = type(head).__name__
    if type(head).loss_by_feat is not BaseDecodeHead.loss_by_feat:
        raise ValueError(f'{name} makes its loss in a way of its own')
    if head.sampler is not None:
        raise ValueError(f'{name} samples pixels by their loss')
    return [PixelMean.of(loss, head.ignore_index) for loss in losses]


def share_of_ranks(counts: Mapping[str, Tensor | float], like: Tensor) -> dict[str, float]:
    """Mean of each task's count over the ranks, relative to this rank's own.

    Of flags, whether a task has a label, it is the share of ranks that have one. A rank's loss is
    to be divided by it before ranks are averaged. A collective, called by every rank at every step.
    """
    own = torch.stack([torch.as_tensor(count, dtype=torch.float32, device=like.device)
                       for count in counts.values()])
    mean = own.clone()
    if is_distributed():
        all_reduce(mean, op='mean')
    return dict(zip(counts, (mean / own.where(own > 0, 1.0)).tolist(), strict=True))
