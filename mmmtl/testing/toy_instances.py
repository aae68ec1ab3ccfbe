"""Made frames of instances in the encodings of Cityscapes, with every awkward case."""

from __future__ import annotations

import numpy as np
import torch

from mmmtl.datasets.cityscapes_labels import TRAIN_CLASS_IDS, id_to_train_id

from .official_instances import OfficialFrame

CLASSES = tuple(TRAIN_CLASS_IDS)
THINGS = tuple(range(11, 19))
SHAPE = (96, 128)
_ROAD, _OUT_OF_ROI, _CARAVAN = 7, 3, 29
_THINGS = (24, 25, 26, 33)


def toy_instance_frame(seed: int, shape: tuple[int, int] = SHAPE) -> OfficialFrame:
    """A frame of rectangles; predictions are its objects, moved, split, doubled and invented.

    Over a dozen seeds there are: frames without truth, without predictions and without both, void,
    crowds, caravans (instances of a class that is not scored), objects of one pixel and below 100
    pixels, exact hits, several predictions on one object, predictions on void and on crowds, and
    equal scores. Predicted masks do not overlap.

    Args:
        seed: of everything.
        shape: (H, W), pixels.
    """
    chance = np.random.default_rng(seed)
    ids = np.full(shape, _ROAD, np.uint16)
    numbers: dict[int, int] = {}
    for _ in range(chance.integers(0, 14) if seed % 7 else 0):
        label = int(chance.choice([*_THINGS, 26, 26, _CARAVAN, _OUT_OF_ROI]))
        bare = label == _OUT_OF_ROI or chance.random() < 0.15
        numbers[label] = numbers.get(label, -1) + 1
        ids[_box(chance, shape)] = label if bare else 1000 * label + numbers[label]
    pred = np.zeros(shape, np.int64)
    labels: list[int] = []
    for value in chance.permutation(np.unique(ids)).tolist() if seed % 11 else []:
        label = _label(value)
        if chance.random() < (0.1 if label in _THINGS else 0.8):
            continue
        rows, columns = np.nonzero(ids == value)
        moves = chance.integers(-2, 3, 2) if chance.random() < 0.5 else (0, 0)
        rows = np.clip(rows + moves[0], 0, shape[0] - 1)
        columns = np.clip(columns + moves[1], 0, shape[1] - 1)
        share = chance.choice([1., 1., 1., 1., 0.8, 0.5, 0.3])
        first = rows <= np.quantile(rows, share)
        for part in (first, ~first):
            pred[rows[part], columns[part]] = len(labels) + 1
            labels.append(label if label in _THINGS else 26)
            if chance.random() < 0.1:
                labels[-1] = 24
    scores = chance.choice([0.5, 0.75, 0.75, *(1 - chance.random(3) / 2)], len(labels)).tolist()
    for _ in range(chance.integers(0, 3)):
        pred[_box(chance, shape)] = len(labels) + 1
        labels.append(int(chance.choice(_THINGS)))
        scores.append(float(chance.choice([0.5, 0.75, chance.random()])))
    return OfficialFrame(ids, [pred == k + 1 for k in range(len(labels))], labels, scores)


def _label(value: int) -> int:
    return value // 1000 if value >= 1000 else value


def _box(chance: np.random.Generator, shape: tuple[int, int]) -> tuple[slice, slice]:
    largest = chance.choice([2, 8, 40, 60])
    height, width = chance.integers(1, largest, 2)
    top, left = (int(chance.integers(0, size)) for size in shape)
    return slice(top, top + height), slice(left, left + width)


def perturbed_frame(instance_ids: np.ndarray, seed: int) -> OfficialFrame:
    """The truth as prediction: objects moved, cut, dropped, of another class, with equal scores.

    Args:
        instance_ids: (H, W) in the official encoding.
        seed: of the changes.
    """
    chance = np.random.default_rng(seed)
    pred = np.zeros(instance_ids.shape, np.int32)
    labels: list[int] = []
    for value in np.unique(instance_ids[instance_ids >= 24]).tolist():
        if chance.random() < 0.1 or _label(value) not in TRAIN_CLASS_IDS.values():
            continue
        part = np.roll(instance_ids == value, chance.integers(-4, 5, 2), (0, 1))
        if chance.random() < 0.2:
            part[:, chance.integers(0, part.shape[1])::2] = False
        labels.append(_label(value))
        pred[part] = len(labels)
        if chance.random() < 0.1:
            labels[-1] = 25
    scores = chance.integers(1, 20, len(labels)) / 20
    masks = [pred == k + 1 for k in range(len(labels))]
    return OfficialFrame(instance_ids, masks, labels, scores.tolist())


def truth_maps(instance_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Official ids to what the metric reads: (H, W) instance map and (H, W) class indices.

    Instances of caravans and trailers keep their id, with class 255; see
    :func:`mmmtl.evaluation.functional.instance_ap_truth.truth_segments`.
    """
    ids = instance_ids.astype(np.int64)
    labels = np.where(ids >= 1000, ids // 1000, ids)
    table = np.full(256, 255)
    for label, train in id_to_train_id().items():
        table[label] = train
    return np.where(ids >= 1000, ids, 0).astype(np.int32), table[labels]


def train_labels(label_ids: list[int]) -> np.ndarray:
    """Label ids on disk to class indices, (K,) int64."""
    order = list(TRAIN_CLASS_IDS.values())
    return np.array([order.index(label) for label in label_ids], np.int64)


def to_sample(frame: OfficialFrame, number: int = 0) -> dict:
    """A frame whose masks do not overlap, as mmengine hands it to metrics."""
    instances, semantic = truth_maps(frame.instance_ids)
    pred = np.zeros(instances.shape, np.int32)
    for k, mask in enumerate(frame.masks):
        pred[mask] = k + 1
    labels = train_labels(frame.label_ids)
    return {
        'img_path': f'{number}.png',
        'gt_instance_map': {'data': torch.from_numpy(instances)[None]},
        'gt_sem_seg': {'data': torch.from_numpy(semantic)[None]},
        'pred_instance_map': {'data': torch.from_numpy(pred)[None]},
        'pred_instances': {
            'ids': torch.arange(1, len(labels) + 1, dtype=torch.int32),
            'labels': torch.from_numpy(labels),
            'scores': torch.tensor(frame.scores, dtype=torch.float64)},
    }
