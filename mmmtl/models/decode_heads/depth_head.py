"""Metric depth."""

import torch
from torch import Tensor

from mmmtl.registry import MODELS

from ..geometry import Zoom
from .base_task_head import BaseTaskHead


@MODELS.register_module()
class DepthHead(BaseTaskHead):
    """Depth in metres, predicted as it is or as its logarithm.

    ================ ==========================================================================
    map              (1, H, W): depth or log depth, in metres
    reads            ``gt_depth_map``, metres, NaN where nothing was measured
    writes           ``pred_depth_map``, metres
    loss             between maps: metres for ``'linear'``, log metres for ``'log'``
    ================ ==========================================================================

    Args:
        parametrisation: ``'linear'`` or ``'log'`` (always positive; compares ratios).
        zoom: whether zooming in by s brings the scene nearer by s: the network sees a camera of
            constant focal length in pixels, so one network serves frames of all scales. Pipelines
            with random scales want ``True``, here and in ``RepairUnits(zoom_depth=...)``; those
            that bring every frame to one size may have plain metres with ``False`` in both.
        kwargs: see :class:`BaseTaskHead`.
    """

    default_task = 'depth'
    out_channels = 1
    target_field = 'gt_depth_map'
    pred_field = 'pred_depth_map'

    def __init__(self, parametrisation: str = 'linear', zoom: bool = True, **kwargs) -> None:
        if parametrisation not in ('linear', 'log'):
            raise ValueError(f"DepthHead: parametrisation must be 'linear' or 'log', "
                             f'got {parametrisation!r}')
        super().__init__(**kwargs)
        self.parametrisation = parametrisation
        self.zoom = zoom

    def encode(self, target: Tensor) -> Tensor:
        """Log of the depth for ``'log'``; depths that are not positive count as unmeasured."""
        if self.parametrisation == 'linear':
            return target
        return target.where(target > 0, target.new_tensor(torch.nan)).log()

    def decode(self, pred: Tensor) -> Tensor:
        """Depth in metres."""
        return pred if self.parametrisation == 'linear' else pred.exp()

    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """Zooming in by s divides depth by s: the inverse of what disparity does."""
        return pred / zoom.x if self.zoom else pred
