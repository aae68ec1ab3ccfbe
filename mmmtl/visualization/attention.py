"""What tasks attend to: recorded in a forward pass, and drawn."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import cv2
import matplotlib
import numpy as np
from torch import Tensor, nn

from mmmtl.models.backbones.attention import TaskAttention

from .canvas import headline, resize_image, resize_nearest, stack

_WIDTH, _FONT, _GAP = 240, 14, 6


@dataclass
class StageAttention:
    """One stage of one frame.

    Attributes:
        masks: by task, (C, h, w) in 0 to 1.
        features: by task, (C, h, w), the mask times the shared map.
        shared: (C, h, w) the shared map, as the first task saw it (normalisation by the statistics
            of a task makes it another one for the others).
    """

    masks: dict[str, np.ndarray] = field(default_factory=dict)
    features: dict[str, np.ndarray] = field(default_factory=dict)
    shared: np.ndarray | None = None

    def add(self, task: str, features: np.ndarray, shared: np.ndarray) -> None:
        """What a task makes of the shared map."""
        self.features[task] = features
        if self.shared is None:
            self.shared = shared


@contextmanager
def record_attention(model: nn.Module) -> Iterator[dict[str, StageAttention]]:
    """Collect the attention of the first frame of what the model computes within the context.

    Stages are those of :func:`named_attention`.
    """
    stages: dict[str, StageAttention] = {}
    handles = []
    for name, module in named_attention(model).items():
        handles.append(module.register_forward_hook(partial(_record, stages, name)))
        handles += [mask.register_forward_hook(partial(_record_mask, stages, name, task))
                    for task, mask in module.items()]
    try:
        yield stages
    finally:
        for handle in handles:
            handle.remove()


def named_attention(model: nn.Module) -> dict[str, TaskAttention]:
    """The attention of each stage, named as its module without what all names begin with."""
    found = {name: module for name, module in model.named_modules()
             if isinstance(module, TaskAttention)}
    start = len(_common_start(list(found)))
    return {name[start:]: module for name, module in found.items()}


def _common_start(names: list[str]) -> str:
    """Parts that all dotted names begin with, with the dot; nothing of a last part."""
    parts = [name.split('.')[:-1] for name in names]
    common = []
    for same in zip(*parts, strict=False):
        if len(set(same)) > 1:
            break
        common.append(same[0])
    return '.'.join(common) + '.' if common else ''


def _record_mask(stages: dict[str, StageAttention], name: str, task: str, module: nn.Module,
                 args: tuple[Any, ...], output: Tensor) -> None:
    stages.setdefault(name, StageAttention()).masks[task] = _array(output)


def _record(stages: dict[str, StageAttention], name: str, module: nn.Module,
            args: tuple[Any, ...], output: Tensor) -> None:
    task, _, shared = args
    stages[name].add(task, _array(output), _array(shared))


def _array(batch: Tensor) -> np.ndarray:
    """The first frame's map."""
    return batch[0].detach().float().cpu().numpy()


def draw_masks(image: np.ndarray, stages: Mapping[str, StageAttention]) -> np.ndarray:
    """Mean of each mask over its channels: a column per stage, a row per task.

    Args:
        image: (H, W, 3) RGB uint8.
        stages: see :func:`record_attention`.

    Returns:
        (h, w, 3) RGB uint8. The colours of a picture run from its least to its largest value,
        which stand below it.
    """
    rows = [[_tile(image, 'image')]]
    tasks = list(next(iter(stages.values())).masks)
    for task in tasks:
        rows.append([_heat(stage.masks[task].mean(0), image.shape, f'{task}, {name}')
                     for name, stage in stages.items()])
    return stack([_beside(row) for row in rows])


def draw_channels(image: np.ndarray, stage: StageAttention, number: int) -> np.ndarray:
    """Some channels of a stage: shared map, masks, and their product for each task.

    The channels are those in which the tasks' masks differ most.

    Args:
        image: (H, W, 3) RGB uint8.
        stage: see :func:`record_attention`.
        number: how many channels.
    """
    masks = np.stack(list(stage.masks.values()))
    spread = masks.std(axis=0).mean(axis=(1, 2)) if len(masks) > 1 else masks[0].std(axis=(1, 2))
    rows = [[_tile(image, 'image')]]
    for channel in np.argsort(-spread)[:number].tolist():
        shared = stage.shared[channel]
        row = [_heat(shared, image.shape, f'shared, channel {channel}')]
        row += [_heat(mask[channel], image.shape, f'mask, {task}')
                for task, mask in stage.masks.items()]
        row += [_heat(features[channel], image.shape, f'features, {task}')
                for task, features in stage.features.items()]
        rows.append(row)
    return stack([_beside(row) for row in rows])


def _size(shape: tuple[int, ...]) -> tuple[int, int]:
    return max(1, round(shape[0] * _WIDTH / shape[1])), _WIDTH


def _tile(image: np.ndarray, title: str) -> np.ndarray:
    picture = resize_image(np.ascontiguousarray(image), _size(image.shape))
    return stack([headline(title, _WIDTH, _FONT), picture], gap=0)


def _heat(values: np.ndarray, shape: tuple[int, ...], title: str) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) / (high - low or 1.0)
    larger = values.shape[1] > _WIDTH
    grown = (cv2.resize(scaled, _size(shape)[::-1], interpolation=cv2.INTER_AREA) if larger
             else resize_nearest(scaled, _size(shape)))
    coloured = matplotlib.colormaps['viridis'](grown)[..., :3]
    return stack([headline(title, _WIDTH, _FONT), (coloured * 255).round().astype(np.uint8),
                  headline(f'{low:.2f} to {high:.2f}', _WIDTH, _FONT - 2)], gap=0)


def _beside(tiles: list[np.ndarray]) -> np.ndarray:
    height = max(tile.shape[0] for tile in tiles)
    page = np.full((height, len(tiles) * (_WIDTH + _GAP), 3), 255, np.uint8)
    for i, tile in enumerate(tiles):
        page[:tile.shape[0], i * (_WIDTH + _GAP):i * (_WIDTH + _GAP) + _WIDTH] = tile
    return page
