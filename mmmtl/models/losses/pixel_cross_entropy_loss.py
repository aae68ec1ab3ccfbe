"""torch's cross-entropy over labelled pixels, with class weights."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from mmmtl.registry import MODELS
from mmmtl.utils.precision import ExactNumbers, at_least_single

from ..connected_zero import connected_zero
from .class_weights import class_weight_tensor


def pixel_cross_entropy(logits: Tensor,
                        labels: Tensor,
                        class_weight: Tensor | None = None,
                        ignore_index: int = 255) -> Tensor:
    """Weighted mean of ``-log softmax`` over the pixels that have a label.

    Equal to ``torch.nn.functional.cross_entropy`` but where the weights of all labelled pixels sum
    to zero (no labels, or only of classes of weight 0): that is NaN, this 0 with zero gradients.

    Args:
        logits: (N, C, H, W).
        labels: (N, H, W) int64, ``ignore_index`` where there is none.
        class_weight: (C,) weights, of any type of number.
        ignore_index: label of pixels without one.

    Returns:
        A scalar.
    """
    logits = at_least_single(logits)
    class_weight = None if class_weight is None else class_weight.to(logits)
    total = F.cross_entropy(
        logits, labels, weight=class_weight, ignore_index=ignore_index, reduction='sum')
    labelled = labels[labels != ignore_index]
    count = labelled.numel() if class_weight is None else class_weight[labelled].sum()
    return total / count if count > 0 else connected_zero([logits])


@MODELS.register_module()
class PixelCrossEntropyLoss(ExactNumbers):
    """Cross-entropy with class weights that works beside ignored pixels on both stacks.

    mmseg's ``CrossEntropyLoss`` with ``class_weight`` indexes the weights by the ignored label:
    MMSegmentation 1.2.2 stops at the first ignored pixel, its continuation 1.4.2 with
    ``avg_non_ignore=True``.

    Args:
        class_weight: one number per class, not negative; 0 leaves a class out. See
            ``tools/analysis_tools/class_weights.py``.
        loss_weight: constant factor, for single-task use; between tasks use ``loss_weighting``.
        loss_name: name in the log; must contain ``loss``.
    """

    def __init__(self,
                 class_weight: Sequence[float] | None = None,
                 loss_weight: float = 1.0,
                 loss_name: str = 'loss_ce') -> None:
        super().__init__()
        weights = class_weight_tensor(class_weight, 'PixelCrossEntropyLoss')
        self.register_numbers('class_weight', weights, persistent=False)
        self.loss_weight = loss_weight
        self.loss_name = loss_name

    def forward(self,
                logits: Tensor,
                labels: Tensor,
                weight: Tensor | None = None,
                ignore_index: int = 255) -> Tensor:
        """See :func:`pixel_cross_entropy`; ``weight`` is of mmseg's pixel samplers.

        Raises:
            ValueError: if a pixel sampler is used, or the number of weights is not that of classes.
        """
        if weight is not None:
            raise ValueError('PixelCrossEntropyLoss knows no pixel sampler; drop `sampler` of the '
                             "head, or take mmseg's CrossEntropyLoss")
        if self.class_weight is not None and len(self.class_weight) != logits.shape[1]:
            raise ValueError(f'PixelCrossEntropyLoss: class_weight has {len(self.class_weight)} '
                             f'numbers, but the head has {logits.shape[1]} classes')
        return self.loss_weight * pixel_cross_entropy(
            logits, labels, self.class_weight, ignore_index)
