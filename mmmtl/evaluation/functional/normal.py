"""Angular errors of surface normals, in degrees.

A score is taken over all valid pixels of the whole set, each pixel once. The median comes from a
histogram, whose size does not depend on the number of pixels.
"""

import math

import numpy as np
import torch
from torch import Tensor

from .reduction import select_valid

NORMAL_LIMITS = (11.25, 22.5, 30.)
"""Degrees: the shares of pixels with a smaller error are scores."""
NORMAL_SUMS = ('count', 'error', *(f'within_{limit:g}' for limit in NORMAL_LIMITS))
BIN_WIDTH = 0.01
"""Degrees: width of the histogram's bins. The median is right to half of it."""
NUM_BINS = round(180 / BIN_WIDTH) + 1


def angular_errors(pred: Tensor, truth: Tensor) -> np.ndarray:
    """Angles between predicted and true normals at the valid pixels.

    Args:
        pred: (3, H, W) vectors of any length. A vector of length zero has no direction: its cosine
            is 0 and its error 90°.
        truth: (3, H, W) unit vectors; NaN in any component = unknown.

    Returns:
        (N,) float64 degrees, 0 to 180.
    """
    pred, truth = select_valid(pred, truth, torch.isfinite(truth).all(dim=0))
    pred, truth = (torch.nn.functional.normalize(vectors, dim=0) for vectors in (pred, truth))
    return torch.rad2deg((pred * truth).sum(0).clamp(-1, 1).arccos()).numpy()


def normal_sums(errors: np.ndarray) -> tuple[float, ...]:
    """The numbers named in ``NORMAL_SUMS`` of (N,) errors in degrees."""
    return (float(errors.size), float(errors.sum()),
            *(float((errors < limit).sum()) for limit in NORMAL_LIMITS))


def error_histogram(errors: np.ndarray) -> np.ndarray:
    """(NUM_BINS,) int64: how many of (N,) errors lie in each bin of ``BIN_WIDTH`` degrees."""
    return np.bincount((errors / BIN_WIDTH).astype(np.int64), minlength=NUM_BINS)


def median_of_histogram(histogram: np.ndarray) -> float:
    """Median in degrees, each error taken for the middle of its bin; NaN without any."""
    below = np.cumsum(histogram)
    count = int(below[-1])
    if count == 0:
        return math.nan
    middle = np.searchsorted(below, [(count - 1) // 2, count // 2], side='right')
    return float((middle.mean() + 0.5) * BIN_WIDTH)


def compute_normal(sums: tuple[float, ...], histogram: np.ndarray) -> dict[str, float]:
    """Scores of surface normals, as in Eigen & Fergus (ICCV 2015), Table 3.

    ``mean`` and ``median`` angular error in degrees, lower is better; ``within_11.25``,
    ``within_22.5``, ``within_30``: percent of the pixels with a smaller error (0 to 100, as papers
    print it), higher is better. NaN for no pixel.
    """
    count, error, *within = sums
    names = NORMAL_SUMS[2:]
    if count == 0:
        return dict.fromkeys(('mean', 'median', *names), math.nan)
    return {'mean': error / count, 'median': median_of_histogram(histogram),
            **{name: 100 * part / count for name, part in zip(names, within, strict=True)}}
