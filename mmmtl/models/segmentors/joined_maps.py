"""The maps of all tasks at the size of the input, resized once."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..fast_maps import join_maps
from ..tasks.map_task import MapTask


def predict_joined(tasks: Sequence[MapTask], features: Sequence[Any],
                   batch_img_metas: list[dict], test_cfg: dict | None) -> Tensor:
    """What the heads' own ``predict`` gives, side by side.

    Args:
        tasks: tasks with maps.
        features: the features of each.
        batch_img_metas: meta information, which says the size.
        test_cfg: of the segmentor.

    Returns:
        (N, ΣC, H, W).
    """
    maps = [task.predicted_map(own, batch_img_metas, test_cfg)
            for task, own in zip(tasks, features, strict=True)]
    return join_maps(
        maps, _input_size(batch_img_metas[0]), [task.align_corners for task in tasks])


def _input_size(meta: dict) -> tuple[int, int]:
    """Size of the input, where mmseg's heads look it up."""
    if isinstance(meta['img_shape'], torch.Size):  # of a window
        return tuple(meta['img_shape'])
    return tuple(meta.get('pad_shape', meta['img_shape'])[:2])
