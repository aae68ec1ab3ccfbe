"""Vectors to the centre of the instance."""

from torch import Tensor

from mmmtl.registry import MODELS

from ..geometry import Zoom, flip_signs
from .base_task_head import BaseTaskHead


@MODELS.register_module()
class InstanceVectorHead(BaseTaskHead):
    """Kendall et al. (CVPR 2018), section 3.2: each pixel's vector to its instance's centroid.

    ================ ==========================================================================
    map              (2, H, W): x and y of centroid - pixel, in pixels of the network's input
    reads            ``gt_instance_vector``, NaN off the instances (and so off the loss)
    writes           ``pred_instance_vector``, in pixels of the original image
    loss             mean absolute error per component over instance pixels (the paper's L1)
    ================ ==========================================================================

    Args: see :class:`BaseTaskHead`.
    """

    default_task = 'instance'
    out_channels = 2
    target_field = 'gt_instance_vector'
    pred_field = 'pred_instance_vector'

    def rescale(self, pred: Tensor, zoom: Zoom, meta: dict) -> Tensor:
        """Scale with the image; a flip turns the component across its axis around."""
        sign_x, sign_y = flip_signs(meta)
        return pred * pred.new_tensor([sign_x * zoom.x, sign_y * zoom.y])[:, None, None]
