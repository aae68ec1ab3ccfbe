"""Regression of numbers that belong to whole images."""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mmmtl.datasets.image_labels import check_numbers
from mmmtl.registry import MODELS
from mmmtl.utils.precision import ExactNumbers

from .base_image_head import BaseImageHead

_LOSSES = {'l1': F.l1_loss, 'l2': F.mse_loss, 'huber': F.huber_loss}


@MODELS.register_module()
class ImageRegressionHead(ExactNumbers, BaseImageHead):
    """C real numbers for the image, such as an age in years.

    The network predicts ``(value - mean) / std``, and the loss compares there: it starts near 1
    whatever the unit. Labels and predictions are in the task's unit.

    ================ ==========================================================================
    outputs          (N, C) standardised values
    reads            ``gt_<field>.item``, (C,) values in the task's unit
    writes           ``pred_<field>.item``, (C,) values in the task's unit
    loss             L1, L2 (mean of squares) or Huber's, between standardised values
    ================ ==========================================================================

    Args:
        in_channels: see :class:`BaseImageHead`.
        out_channels: C.
        mean: of the labels in the training set, one number or C; 0 leaves them as they are.
        std: their standard deviation, likewise; 1 leaves the loss in the task's unit.
        loss: 'l1', 'l2' or 'huber'.
        delta: of Huber's loss, in standard deviations.
        kwargs: see :class:`BaseImageHead`.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int = 1,
                 mean: float | Sequence[float] = 0.0,
                 std: float | Sequence[float] = 1.0,
                 loss: str = 'l1',
                 delta: float = 1.0,
                 **kwargs: Any) -> None:
        if loss not in _LOSSES:
            raise ValueError(
                f'ImageRegressionHead: loss must be one of {list(_LOSSES)}, got {loss!r}')
        super().__init__(in_channels, out_channels, **kwargs)
        self._loss, self._options = _LOSSES[loss], dict(delta=delta) if loss == 'huber' else {}
        self.loss_name = f'loss_{loss}'
        for name, value in (('mean', mean), ('std', std)):
            tensor = torch.as_tensor(value, dtype=torch.float64).reshape(-1)
            if len(tensor) not in (1, out_channels) or (name == 'std' and not (tensor > 0).all()):
                raise ValueError(
                    f'ImageRegressionHead: {name} must be one number or {out_channels}'
                    f'{", positive" if name == "std" else ""}; got {value!r}')
            self.register_numbers(name, tensor)

    def check_label(self, values: tuple[float, ...], where: str) -> None:
        """As many numbers as the head predicts."""
        check_numbers(values, self.out_channels, where)

    def compare(self, outputs: Tensor, target: Tensor) -> Tensor:
        """Mean loss between (n, C) standardised outputs and labels in the task's unit."""
        target = (target.to(outputs) - self.mean) / self.std
        return self._loss(outputs, target, **self._options)

    def decode(self, outputs: Tensor) -> Tensor:
        """(N, C) values in the task's unit."""
        return outputs * self.std + self.mean

    def write(self, pred: Tensor, sample: Any) -> None:
        """Write the values."""
        self._set(sample, item=pred)

    def read(self, sample: Any) -> Tensor:
        """(C,) values."""
        return sample.get(self.pred_field).item
