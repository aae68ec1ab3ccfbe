"""Classification of whole images."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mmmtl.datasets.image_labels import check_class
from mmmtl.registry import MODELS
from mmmtl.utils.precision import ExactNumbers

from ..connected_zero import connected_zero
from ..losses.class_weights import class_weight_tensor
from .base_image_head import BaseImageHead


@MODELS.register_module()
class ImageClassificationHead(ExactNumbers, BaseImageHead):
    """One of K classes for the image.

    ================ ==========================================================================
    outputs          (N, K) logits
    reads            ``gt_<field>.item``, (1,) class, 0 to K - 1
    writes           ``pred_<field>.item``, (1,) class, and ``.scores``, (K,) probabilities
    loss             cross-entropy
    ================ ==========================================================================

    Args:
        num_classes: K, at least 2.
        in_channels: see :class:`BaseImageHead`.
        class_weight: K factors of the classes' losses, not negative; the mean is weighted, as by
            torch.
        label_smoothing: 0 to 1.
        kwargs: see :class:`BaseImageHead`.
    """

    kind = 'classification'
    label_dtype = torch.int64
    loss_name = 'loss_ce'

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 class_weight: Sequence[float] | None = None,
                 label_smoothing: float = 0.0,
                 **kwargs: Any) -> None:
        if not isinstance(num_classes, int) or num_classes < 2:
            raise ValueError('ImageClassificationHead: num_classes must be a number of at least 2, '
                             f'got {num_classes!r}')
        weight = class_weight_tensor(class_weight, 'ImageClassificationHead')
        if weight is not None and len(weight) != num_classes:
            raise ValueError(f'ImageClassificationHead: class_weight has {len(weight)} '
                             f'values for num_classes={num_classes}')
        super().__init__(in_channels, num_classes, **kwargs)
        self.label_smoothing = label_smoothing
        self.register_numbers('class_weight', weight, persistent=False)

    def check_label(self, values: tuple[float, ...], where: str) -> None:
        """One of the classes."""
        check_class(values, self.num_classes, where)

    def compare(self, outputs: Tensor, target: Tensor) -> Tensor:
        """Cross-entropy of (n, K) logits and (n, 1) classes; 0 if all these classes weigh 0."""
        classes = target[:, 0]
        weight = None if self.class_weight is None else self.class_weight.to(outputs)
        if weight is not None and not weight[classes].sum() > 0:
            return connected_zero([outputs])
        return F.cross_entropy(outputs, classes, weight, label_smoothing=self.label_smoothing)

    def count(self, samples: list) -> float:
        """The labelled images, or the sum of their classes' weights."""
        if self.class_weight is None:
            return super().count(samples)
        labelled = [sample for sample in samples if self.has_target(sample)]
        if not labelled:
            return 0.0
        classes = self._targets(labelled)[:, 0].to(self.class_weight.device)
        return float(self.class_weight[classes].double().sum())

    def decode(self, outputs: Tensor) -> Tensor:
        """(N, K) probabilities."""
        return outputs.softmax(-1)

    def write(self, pred: Tensor, sample: Any) -> None:
        """Write the probabilities and the class of the largest one."""
        self._set(sample, item=pred.argmax(-1, keepdim=True), scores=pred)

    def read(self, sample: Any) -> Tensor:
        """(K,) probabilities."""
        return sample.get(self.pred_field).scores
