"""The compiled way of what is summed over the pixels of a frame on a CPU."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from .pixel_kernels import confusion, depth_errors, inverse_depth_errors, vector_errors
from .reduction import NonFinitePredictionError

_LARGEST = float(np.finfo(np.float64).max)
_FLOATS = (torch.float32, torch.float64)


def is_fast(pred: Tensor, truth: Tensor) -> bool:
    """Whether two maps of measurements can go the compiled way: in single or double, on a CPU."""
    return all(one.device.type == 'cpu' and one.dtype in _FLOATS for one in (pred, truth))


def semantic_areas(pred: Tensor, truth: Tensor, classes: int, ignored: int) -> tuple[Tensor, ...]:
    """Intersection, union, prediction and truth of each class over the labelled pixels.

    Numbers outside of the classes are no class, but such a prediction is wrong, and the label of
    such a pixel is not the predicted class either: as mmseg counts. Unlike mmseg, counts beyond
    2^24 stay exact, and with one class 1 is not taken for 0.

    Args:
        pred, truth: (H, W) integers, on one device.
        classes: how many.
        ignored: true label of pixels that do not count.

    Returns:
        Four (classes, ) float64 on the CPU.
    """
    pred, truth = (one.long() if one.is_floating_point() else one for one in (pred, truth))
    if pred.device.type == 'cpu':
        table = torch.from_numpy(confusion(
            _array(pred.reshape(-1, pred.shape[-1])), _array(truth.reshape(-1, truth.shape[-1])),
            classes, ignored))
    else:
        kept = truth != ignored
        pairs = _within(truth[kept], classes) * (classes + 1) + _within(pred[kept], classes)
        table = torch.bincount(pairs, minlength=(classes + 1)**2).cpu().view(classes + 1, -1)
    both = table.diagonal()[:classes]
    found, wanted = table.sum(0)[:classes], table.sum(1)[:classes]
    return tuple(area.double() for area in (both, found + wanted - both, found, wanted))


def _within(labels: Tensor, classes: int) -> Tensor:
    labels = labels.long()
    return torch.where((labels >= 0) & (labels < classes), labels, classes)


def inverse_depth_sums(pred: Tensor, truth: Tensor, minimum: float,
                       maximum: float | None) -> tuple[float, ...]:
    """As :func:`mmmtl.evaluation.functional.inverse_depth_sums`."""
    sums = np.zeros((3, truth.shape[2]))
    count, positive, broken = inverse_depth_errors(
        _array(pred[0]), _array(truth[0]), float(minimum), _or_largest(maximum), sums)
    absolute, squared, relative = _added(sums, broken)
    return float(count), absolute, squared, float(positive), relative


def depth_sums(pred: Tensor, truth: Tensor, minimum: float, maximum: float | None,
               floor: float) -> tuple[float, ...]:
    """As :func:`mmmtl.evaluation.functional.depth_sums`."""
    sums = np.zeros((4, truth.shape[2]))
    count, *within, broken = depth_errors(
        _array(pred[0]), _array(truth[0]), float(minimum), _or_largest(maximum), floor, sums)
    return (float(count), *_added(sums, broken), *map(float, within))


def vector_sums(pred: Tensor, truth: Tensor) -> tuple[float, ...]:
    """As :func:`mmmtl.evaluation.functional.instance_vector_sums`."""
    sums = np.zeros((2, truth.shape[2]))
    count, broken = vector_errors(_array(pred), _array(truth), sums)
    return (float(count), *_added(sums, broken))


def _added(sums: np.ndarray, broken: int) -> list[float]:
    if broken:
        raise NonFinitePredictionError(broken)
    return [math.fsum(columns) for columns in sums]


def _or_largest(maximum: float | None) -> float:
    return _LARGEST if maximum is None else float(maximum)


def _array(values: Tensor) -> np.ndarray:
    return np.ascontiguousarray(values.detach().numpy())
