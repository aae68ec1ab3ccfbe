"""Centres as peaks of the density of votes, and votes to the nearest of them."""

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter
from scipy.spatial import cKDTree

_CELLS_PER_EPS = 4
_MOST_CELLS = 1 << 24


def nearest_centre_labels(votes: np.ndarray, eps: float, min_samples: float,
                          reach: float) -> np.ndarray:
    """Label votes by the nearest peak of their density.

    The histogram of votes (cells of eps / 4) is smoothed with a Gaussian of sigma eps / 2. A
    centre is a cell that is the largest in a square that reaches eps to each side (non-maximum
    suppression, as Panoptic-DeepLab has it on its heat map of centres; Cheng et al., CVPR 2020)
    and whose density is that of ``min_samples`` votes in one place. Of equal cells within eps the
    first, row by row, is taken.

    Args:
        votes: (n, 2) finite votes, x and y in pixels.
        eps: pixels.
        min_samples: votes.
        reach: largest distance from vote to centre, pixels; votes farther away are noise.

    Returns:
        (n,) int64 labels in the order of the peaks, highest first; -1 for noise.
    """
    labels = np.full(len(votes), -1, np.int64)
    if not len(votes):
        return labels
    low = votes.min(0).astype(np.float64)
    extent = votes.max(0) - low
    step = max(eps / _CELLS_PER_EPS, float(np.sqrt(extent[0] * extent[1] / _MOST_CELLS)),
               float(extent.max()) / _MOST_CELLS)
    cells = np.rint((votes - low) / step).astype(np.int64)
    width, height = cells.max(0) + 1
    counts = np.bincount(cells[:, 1] * width + cells[:, 0], minlength=width * height)
    sigma = eps / 2 / step
    density = gaussian_filter(
        counts.reshape(height, width).astype(np.float32), sigma, mode='constant')
    radius = max(1, round(eps / step))
    # density of min_samples votes in one cell, as the filter itself makes it
    spike = np.zeros((2 * radius * 4 + 1, ) * 2, np.float32)
    spike[radius * 4, radius * 4] = min_samples
    least = gaussian_filter(spike, sigma, mode='constant').max() * (1 - 1e-4)
    candidates = np.flatnonzero(density >= least)
    peaks = candidates[density.reshape(-1)[candidates] ==
                       maximum_filter(density, 2 * radius + 1).reshape(-1)[candidates]]
    if not len(peaks):
        return labels
    peaks = peaks[np.argsort(-density.reshape(-1)[peaks], kind='stable')]
    centres = np.stack([peaks % width, peaks // width], 1) * step + low
    centres = centres[_apart(centres, eps)]
    _, nearest = cKDTree(centres).query(votes, distance_upper_bound=reach)
    return np.append(np.arange(len(centres)), -1)[nearest]


def _apart(centres: np.ndarray, eps: float) -> np.ndarray:
    """Which centres to keep, so that no two (of equal height) are within eps."""
    keep = np.ones(len(centres), bool)
    for first, second in sorted(cKDTree(centres).query_pairs(eps)):
        if keep[first]:
            keep[second] = False
    return keep
