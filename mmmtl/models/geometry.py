"""From the network's frame back to the original image."""

from typing import NamedTuple

from mmseg.models.utils import resize
from torch import Tensor

_AXES = dict(horizontal=-1, vertical=-2)


class Zoom(NamedTuple):
    """Size of the original image over that of the network's input, without its padding."""

    x: float
    y: float


def restore_map(pred: Tensor, meta: dict, align_corners: bool) -> tuple[Tensor, Zoom]:
    """Undo padding, flip and resizing of a predicted map; values keep the network's units.

    Args:
        pred: (C, H, W) map at the size of the padded input.
        meta: ``ori_shape`` and, where they apply, ``padding_size`` or ``img_padding_size``
            (left, right, top, bottom), ``flip`` and ``flip_direction``, as mmseg writes them.
        align_corners: of the resizing.

    Returns:
        The (C, h, w) map of ``ori_shape`` and the zoom that its values are to be scaled by.
    """
    left, right, top, bottom = meta.get('img_padding_size', meta.get('padding_size', (0, ) * 4))
    height, width = pred.shape[-2:]
    pred = pred[:, top:height - bottom, left:width - right]
    if meta.get('flip'):
        pred = pred.flip(_AXES[_flip_direction(meta)])
    ori_height, ori_width = meta['ori_shape'][:2]
    zoom = Zoom(ori_width / pred.shape[-1], ori_height / pred.shape[-2])
    if pred.shape[-2:] == (ori_height, ori_width):
        return pred.contiguous(), zoom  # what resizing would give, at a fifth of the time
    pred = resize(
        pred[None],
        size=(ori_height, ori_width),
        mode='bilinear',
        align_corners=align_corners,
        warning=False)[0]
    return pred, zoom


def flip_signs(meta: dict) -> tuple[float, float]:
    """Signs by which a flip multiplies the x and the y component of a vector in the image."""
    if not meta.get('flip'):
        return 1.0, 1.0
    return (-1.0, 1.0) if _flip_direction(meta) == 'horizontal' else (1.0, -1.0)


def _flip_direction(meta: dict) -> str:
    direction = meta['flip_direction']
    if direction not in _AXES:
        raise ValueError(f'cannot undo a flip in direction {direction!r}, only {list(_AXES)}; '
                         'change the direction of RandomFlip in the test pipeline')
    return direction
