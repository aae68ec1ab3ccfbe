"""The truth as a prediction, with noise on the instance vectors: what clustering gets to see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from scipy.ndimage import gaussian_filter
from scipy.ndimage import label as ndimage_label

from mmmtl.datasets.transforms.instance_vectors import instance_vectors

NOISE_KINDS = ('smooth', 'white')
_SURE = 30.  # logit of the true class above the others


def vector_noise(kind: str, instance_map: np.ndarray, seed: int,
                 correlation: float = 4.) -> np.ndarray:
    """Noise whose length is 1 pixel in the mean over the instance pixels.

    - ``'white'``: Gaussian, independent in every pixel and component.
    - ``'smooth'``: the same, blurred by a Gaussian of ``correlation`` pixels: neighbouring pixels
      err alike, as those of a network with a coarse output do. Objects err in proportion to 0.4 +
      0.6 * root of area / mean root of area (over instance pixels): a network errs more where
      vectors are longer.

    Args:
        kind: one of ``NOISE_KINDS``.
        instance_map: (H, W) ids, 0 and less = no instance.
        seed: of the random numbers.
        correlation: standard deviation of the blur, pixels.

    Returns:
        (2, H, W) float64.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in NOISE_KINDS:
        raise ValueError(f'kind must be one of {NOISE_KINDS}, not {kind!r}')
    inside = instance_map > 0
    noise = np.random.default_rng(seed).normal(size=(2, *instance_map.shape))
    if kind == 'smooth':
        noise = np.stack([gaussian_filter(component, correlation) for component in noise])
        values, ranks, areas = np.unique(
            instance_map.ravel(), return_inverse=True, return_counts=True)
        size = np.where(values > 0, np.sqrt(areas), np.nan)[ranks].reshape(instance_map.shape)
        if inside.any():
            noise *= np.where(inside, 0.4 + 0.6 * size / size[inside].mean(), 1.)
    lengths = np.hypot(*noise)
    return noise / (lengths[inside] if inside.any() else lengths).mean()


def confuse_things(semantic_map: np.ndarray, thing_labels: Sequence[int], share: float,
                   seed: int, correlation: float = 4.) -> np.ndarray:
    """Give patches of the things the class of another thing, as a network does.

    Args:
        semantic_map: (H, W) class indices.
        thing_labels: class indices of things.
        share: of the pixels of things that change, 0 to 1.
        seed: of the random numbers.
        correlation: size of the patches, pixels (standard deviation of a blur).

    Returns:
        (H, W) class indices.
    """
    chance = np.random.default_rng(seed)
    field = gaussian_filter(chance.normal(size=semantic_map.shape), correlation)
    things = np.isin(semantic_map, thing_labels)
    changed = np.zeros(things.shape, bool)
    if share > 0 and things.any():
        changed = things & (field >= np.quantile(field[things], 1 - share))
    patches, count = ndimage_label(changed)
    shifts = chance.integers(1, max(len(thing_labels), 2), count + 1)[patches[changed]]
    order = np.sort(np.asarray(thing_labels))
    confused = semantic_map.copy()
    ranks = np.searchsorted(order, semantic_map[changed])
    confused[changed] = order[(ranks + shifts) % len(order)]
    return confused


def oracle_sample(semantic_map: np.ndarray, instance_map: np.ndarray, num_classes: int,
                  predicted_map: np.ndarray | None = None) -> SegDataSample:
    """A sample whose prediction is the truth; :func:`add_error` spoils the vectors.

    Pixels without an instance have no vector (NaN), so they belong to no cluster; void pixels are
    predicted as void.

    Args:
        semantic_map: (H, W) class indices, 255 = void.
        instance_map: (H, W) ids, 0 = no instance.
        num_classes: number of classes.
        predicted_map: (H, W) predicted classes, if not the true ones.

    Returns:
        ``gt_sem_seg``, ``gt_instance_map``, ``gt_instance_vector``, ``pred_sem_seg``,
        ``seg_logits``, ``pred_instance_vector``.
    """
    classes = torch.from_numpy(semantic_map.astype(np.int64))
    predicted = classes if predicted_map is None else torch.from_numpy(
        predicted_map.astype(np.int64))
    logits = _SURE * torch.nn.functional.one_hot(
        predicted.clamp(max=num_classes), num_classes + 1)[..., :num_classes].permute(2, 0, 1)
    vectors = torch.from_numpy(
        np.ascontiguousarray(instance_vectors(instance_map).transpose(2, 0, 1)))
    sample = SegDataSample(metainfo=dict(ori_shape=classes.shape, img_shape=classes.shape))
    sample.set_data(dict(
        gt_sem_seg=PixelData(data=classes[None]),
        gt_instance_map=PixelData(data=torch.from_numpy(instance_map.astype(np.int32))[None]),
        pred_sem_seg=PixelData(data=predicted[None]),
        seg_logits=PixelData(data=logits.float().contiguous()),
        gt_instance_vector=PixelData(data=vectors),
        pred_instance_vector=PixelData(data=vectors)))
    return sample


def add_error(sample: SegDataSample, error: np.ndarray) -> None:
    """Predict the true vectors plus ``error``, (2, H, W) pixels."""
    vectors = sample.gt_instance_vector.data + torch.from_numpy(error.astype(np.float32))
    sample.set_data(dict(pred_instance_vector=PixelData(data=vectors)))
