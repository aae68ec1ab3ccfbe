"""Semantic boundaries."""

from typing import Any

from torch import Tensor

from mmmtl.registry import MODELS

from ..geometry import Zoom
from .base_task_head import BaseTaskHead


@MODELS.register_module()
class BoundaryHead(BaseTaskHead):
    """Where one class ends and another begins, as HED (Xie & Tu, ICCV 2015) learns edges.

    ================ ==========================================================================
    map              (1, H, W): a logit per pixel
    reads            ``gt_boundary_map``, 1 = boundary, 0 = none, NaN where unknown
    writes           ``pred_boundary_map``, probabilities; augmented versions are averaged
    loss             balanced cross-entropy over known pixels (:class:`BalancedBCELoss`)
    ================ ==========================================================================

    Probabilities are those of the balanced classes, too high as shares of pixels.

    Args:
        loss_decode: config of the loss between logits and target.
        kwargs: see :class:`BaseTaskHead`.
    """

    kind = 'classification'
    default_task = 'boundary'
    out_channels = 1
    target_field = 'gt_boundary_map'
    pred_field = 'pred_boundary_map'

    def __init__(self, loss_decode: dict | None = None, **kwargs: Any) -> None:
        super().__init__(loss_decode=loss_decode or dict(type='mmmtl.BalancedBCELoss'), **kwargs)

    def decode(self, pred: Tensor) -> Tensor:
        """Probabilities."""
        return pred.sigmoid()

    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """Probabilities have no unit."""
        return pred
