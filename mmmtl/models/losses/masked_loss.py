"""What losses over measured values have in common."""

from abc import ABCMeta, abstractmethod

from torch import Tensor, nn

from .masking import count_measured


class MaskedLoss(nn.Module, metaclass=ABCMeta):
    """A loss over measured values, times a constant factor.

    Args:
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    count = staticmethod(count_measured)

    @abstractmethod
    def compute(self, pred: Tensor, target: Tensor) -> Tensor:
        """The scalar loss of (N, C, H, W) predictions and targets, without the factor."""

    def forward(self, pred: Tensor, target: Tensor) -> Tensor:
        """The loss times its factor."""
        return self.loss_weight * self.compute(pred, target)
