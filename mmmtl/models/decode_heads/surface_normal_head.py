"""Surface normals."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mmmtl.registry import MODELS
from mmmtl.utils.precision import at_least_single

from ..geometry import Zoom, flip_signs
from .base_task_head import BaseTaskHead


@MODELS.register_module()
class SurfaceNormalHead(BaseTaskHead):
    """Normals of the visible surfaces, as Liu et al. (CVPR 2019) train them.

    ================ ==========================================================================
    map              (3, H, W): vectors of any length (x right, y down, z away from the camera)
    reads            ``gt_normal_map``, unit vectors, NaN where unknown
    writes           ``pred_normal_map``, unit vectors at the size of the original image (zero
                     where the network's vector is)
    loss             1 - mean cosine over known pixels (:class:`NormalCosineLoss`)
    ================ ==========================================================================

    The network's map is brought to length 1 at the size of its input, as in training, and again
    after each interpolation.

    Args:
        zoom: whether zooming in by s brings the scene nearer by s and so compresses it along the
            optical axis, n → (n₁, n₂, s n₃): see :class:`DepthHead`. The same as for
            ``RepairUnits(zoom_depth=...)``.
        loss_decode: config of the loss between map and target; it gets vectors of any length.
        kwargs: see :class:`BaseTaskHead`.
    """

    default_task = 'normal'
    out_channels = 3
    target_field = 'gt_normal_map'
    pred_field = 'pred_normal_map'

    def __init__(self, zoom: bool = True, loss_decode: dict | None = None, **kwargs: Any) -> None:
        super().__init__(
            loss_decode=loss_decode or dict(type='mmmtl.NormalCosineLoss'), **kwargs)
        self.zoom = zoom

    def _is_known(self, target: Tensor) -> bool:
        """Whether a (3, H, W) target has a vector of which all components are known."""
        return bool(target.isfinite().all(0).any())

    def postprocess(self, pred: Tensor, sample: Any, restore: bool = True) -> None:
        """Write unit vectors; see :class:`BaseTaskHead`."""
        super().postprocess(F.normalize(at_least_single(pred), dim=0), sample, restore)

    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """A flip turns the component across its axis; a zoom compresses the scene along z."""
        sign_x, sign_y = flip_signs(meta)
        factors = [sign_x, sign_y, 1.0]
        if self.zoom:
            factors = [sign_x, sign_y * zoom.x / zoom.y, zoom.x]
        return F.normalize(pred * pred.new_tensor(factors)[:, None, None], dim=0)

    def merge(self, versions: list) -> Tensor:
        """(3, H, W) direction of the mean of the versions' unit vectors."""
        return F.normalize(torch.stack([
            sample.get(self.pred_field).data for sample in versions]).mean(0), dim=0)
