"""What a loss over class labels is a mean over."""

from dataclasses import dataclass

import torch
from mmseg.models.losses import CrossEntropyLoss
from torch import Tensor, nn

from .pixel_cross_entropy_loss import PixelCrossEntropyLoss


@dataclass(frozen=True)
class PixelMean:
    """The denominator of a mean over pixels.

    Attributes:
        ignore_index: label of pixels without one.
        only_labelled: whether those are left out of the count.
        class_weight: weight of each labelled pixel by its class; by default 1.
    """

    ignore_index: int
    only_labelled: bool
    class_weight: tuple[float, ...] | None = None

    @classmethod
    def of(cls, loss: nn.Module, ignore_index: int) -> 'PixelMean':
        """What a loss divides by.

        Raises:
            ValueError: it is not known, with the reason.
        """
        name = type(loss).__name__
        if isinstance(loss, PixelCrossEntropyLoss):
            weight = loss.class_weight
            return cls(ignore_index, True, None if weight is None else tuple(weight.tolist()))
        if not isinstance(loss, CrossEntropyLoss) or loss.use_sigmoid or loss.use_mask:
            raise ValueError(f'{name} is not known to be a mean over pixels')
        if loss.class_weight is not None or loss.reduction != 'mean':
            raise ValueError(f'{name} with class_weight, or a reduction other than mean, divides '
                             'by something that differs between versions of MMSegmentation')
        return cls(ignore_index, bool(loss.avg_non_ignore))

    def count(self, labels: Tensor) -> Tensor:
        """The scalar that a loss of these labels (any shape) divides by."""
        if not self.only_labelled:
            return torch.tensor(labels.numel(), device=labels.device)
        labelled = labels[labels != self.ignore_index]
        if self.class_weight is None:
            return torch.tensor(labelled.numel(), device=labels.device)
        weights = torch.tensor(self.class_weight, dtype=torch.float64, device=labels.device)
        return weights[labelled].sum()
