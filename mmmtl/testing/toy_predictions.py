"""Predictions of every kind made from the truth, with every kind of mistake."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch


def perturbed_sample(img_path: str, semantic: np.ndarray, instance: np.ndarray,
                     things: tuple[int, ...], num_classes: int, seed: int) -> dict[str, Any]:
    """One frame as metrics get it: truth, and predictions that are the truth moved and damaged.

    The truth is shifted, patches get random classes, some objects get another class or are lost,
    thing pixels without object are void in the panoptic map, and so is a patch of it.

    Args:
        img_path: of the frame.
        semantic: (H, W) classes, 255 = void.
        instance: (H, W) ids, 0 = none.
        things: indices of the thing classes.
        num_classes: number of classes.
        seed: of the random numbers.

    Returns:
        ``gt_sem_seg``, ``gt_instance_map``, ``pred_sem_seg``, ``pred_instance_map``,
        ``pred_instances``, ``pred_panoptic_map``, as dicts with tensors.
    """
    chance = np.random.default_rng(seed)
    shift = tuple(int(s) for s in chance.integers(-2, 3, 2))
    classes = np.roll(semantic, shift, (0, 1)).astype(np.int64)
    objects = np.roll(instance, shift, (0, 1)).astype(np.int64)
    classes[classes == 255] = chance.integers(num_classes)
    for _ in range(4):
        classes[_patch(classes.shape, chance)] = chance.integers(num_classes)
    instance_map = np.zeros(classes.shape, np.int32)
    labels, panoptic = [], np.where(np.isin(classes, things), -1, classes * 1000)
    for number in np.unique(objects[objects > 0]).tolist():
        own = objects == number
        if chance.random() < 0.15:
            continue
        votes = np.bincount(classes[own], minlength=num_classes)[list(things)]
        label = things[int(votes.argmax())] if chance.random() < 0.9 else int(chance.choice(things))
        labels.append(label)
        instance_map[own] = len(labels)
        panoptic[own] = label * 1000 + len(labels)
    panoptic[_patch(classes.shape, chance)] = -1
    scores = np.round(chance.random(len(labels)), 2)
    maps = dict(gt_sem_seg=semantic.astype(np.int64), gt_instance_map=instance.astype(np.int32),
                pred_sem_seg=classes, pred_instance_map=instance_map,
                pred_panoptic_map=panoptic.astype(np.int32))
    return {
        'img_path': img_path,
        **{name: dict(data=torch.from_numpy(m)[None]) for name, m in maps.items()},
        'pred_instances': dict(
            ids=torch.arange(1, len(labels) + 1, dtype=torch.int32),
            labels=torch.tensor(labels, dtype=torch.int64),
            scores=torch.from_numpy(scores).float()),
    }


def _patch(shape: tuple[int, int], chance: np.random.Generator) -> tuple[slice, slice]:
    """A box of up to a quarter of the sides."""
    corners = [(int(chance.integers(0, side)), int(chance.integers(1, max(2, side // 4))))
               for side in shape]
    return tuple(slice(start, start + length) for start, length in corners)
