"""Inverse depth in pixels of disparity."""

from torch import Tensor

from mmmtl.registry import MODELS

from ..geometry import Zoom
from .base_task_head import BaseTaskHead


@MODELS.register_module()
class InverseDepthHead(BaseTaskHead):
    """Kendall et al. (CVPR 2018), section 3.3: inverse depth, which is 0 for the sky.

    ================ ==========================================================================
    map              (1, H, W): disparity in pixels of the network's input
    reads            ``gt_inverse_depth_map``, NaN where nothing was measured
    writes           ``pred_inverse_depth_map``, in pixels of the original image
    loss             mean absolute error over measured pixels (the paper's L1)
    ================ ==========================================================================

    Args: see :class:`BaseTaskHead`.
    """

    default_task = 'depth'
    out_channels = 1
    target_field = 'gt_inverse_depth_map'
    pred_field = 'pred_inverse_depth_map'

    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """Disparity is a distance along x and scales with the width."""
        return pred * zoom.x
