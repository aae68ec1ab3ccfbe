"""The maps of all heads at the size of the input, resized once."""

from collections.abc import Sequence
from typing import Any

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from ..decode_heads.base_task_head import BaseTaskHead
from ..fast_maps import join_maps


def predict_joined(heads: Sequence[nn.Module], features: Sequence[Any],
                   batch_img_metas: list[dict], test_cfg: dict | None) -> Tensor:
    """What the heads' own ``predict`` gives, side by side.

    Args:
        heads: decode heads and task heads.
        features: the features of each.
        batch_img_metas: meta information, which says the size.
        test_cfg: of the segmentor.

    Returns:
        (N, ΣC, H, W).
    """
    maps, align_corners = [], []
    for head, own in zip(heads, features, strict=True):
        body = head.body if isinstance(head, BaseTaskHead) else head
        output = body.forward(own) if _resizes_only(head, body) else None
        if isinstance(output, Tensor):
            maps.append(output)
        elif output is None:
            maps.append(head.predict(own, batch_img_metas, test_cfg))
        else:
            maps.append(body.predict_by_feat(output, batch_img_metas))
        align_corners.append(bool(getattr(head, 'align_corners', False)))
    return join_maps(maps, _input_size(batch_img_metas[0]), align_corners)


def _resizes_only(head: nn.Module, body: nn.Module) -> bool:
    """Whether the head predicts as mmseg's base class does: forward, then resize."""
    if isinstance(head, BaseTaskHead) and type(head).predict is not BaseTaskHead.predict:
        return False
    return (isinstance(body, BaseDecodeHead) and type(body).predict is BaseDecodeHead.predict
            and type(body).predict_by_feat is BaseDecodeHead.predict_by_feat)


def _input_size(meta: dict) -> tuple[int, int]:
    """Size of the input, where mmseg's heads look it up."""
    if isinstance(meta['img_shape'], torch.Size):  # of a window
        return tuple(meta['img_shape'])
    return tuple(meta.get('pad_shape', meta['img_shape'])[:2])
