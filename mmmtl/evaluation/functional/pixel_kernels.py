"""Counts and sums over the pixels of one frame, each pixel looked at once, compiled.

Sums of floats are kept in float64 for each column, down its rows, and added by ``math.fsum``: their
value depends neither on the number of threads nor on the processor's vectors.
"""

import math

import numpy as np

from mmmtl.utils.jit import jit


@jit
def confusion(pred: np.ndarray, truth: np.ndarray, classes: int, ignored: int) -> np.ndarray:
    """How often each class is predicted for each true one.

    Args:
        pred, truth: (H, W) integers.
        classes: how many; all other numbers are taken together as one more.
        ignored: true label of pixels that do not count.

    Returns:
        (classes + 1, classes + 1) int64, rows are true.
    """
    tables = np.zeros((4, classes + 1, classes + 1), np.int64)  # equal neighbours do not wait
    for y in range(truth.shape[0]):
        for x in range(truth.shape[1]):
            label, found = truth[y, x], pred[y, x]
            if label == ignored:
                continue
            i = label if 0 <= label < classes else classes
            j = found if 0 <= found < classes else classes
            tables[x & 3, i, j] += 1
    return tables[0] + tables[1] + tables[2] + tables[3]


@jit
def inverse_depth_errors(pred: np.ndarray, truth: np.ndarray, minimum: float, maximum: float,
                         sums: np.ndarray) -> tuple[int, int, int]:
    """Errors of inverse depth by column.

    Args:
        pred, truth: (H, W).
        minimum, maximum: truth that counts lies between them, both included.
        sums: (3, W) float64 of zeros; gets absolute, squared, and where the truth is above 0
            relative errors.

    Returns:
        Pixels that count, those of them whose truth is above 0, those with a broken prediction.
    """
    count = positive = broken = 0
    for y in range(truth.shape[0]):
        for x in range(truth.shape[1]):
            wanted = np.float64(truth[y, x])
            if not minimum <= wanted <= maximum:
                continue
            error = abs(np.float64(pred[y, x]) - wanted)
            broken += not error < np.inf
            count += 1
            sums[0, x] += error
            sums[1, x] += error * error
            if wanted > 0:
                positive += 1
                sums[2, x] += error / wanted
    return count, positive, broken


@jit
def depth_errors(pred: np.ndarray, truth: np.ndarray, minimum: float, maximum: float, floor: float,
                 sums: np.ndarray) -> tuple[int, int, int, int, int]:
    """Errors of metric depth by column.

    Args:
        pred, truth: (H, W); truth of 0 and less never counts.
        minimum, maximum: truth that counts lies between them, both included.
        floor: what a prediction is raised to before a ratio is taken.
        sums: (4, W) float64 of zeros; gets absolute, squared, relative errors, log10 of ratios.

    Returns:
        Pixels that count, those of them with ratios below 1.25, 1.25², 1.25³, broken ones.
    """
    count = broken = close = near = far = 0
    for y in range(truth.shape[0]):
        for x in range(truth.shape[1]):
            wanted = np.float64(truth[y, x])
            if not (minimum <= wanted <= maximum and wanted > 0):
                continue
            found = np.float64(pred[y, x])
            error = abs(found - wanted)
            broken += not error < np.inf
            raised = max(found, floor)
            ratio = max(raised / wanted, wanted / raised)
            count += 1
            close += ratio < 1.25
            near += ratio < 1.25**2
            far += ratio < 1.25**3
            sums[0, x] += error
            sums[1, x] += error * error
            sums[2, x] += error / wanted
            sums[3, x] += math.log10(ratio)
    return count, close, near, far, broken


@jit
def vector_errors(pred: np.ndarray, truth: np.ndarray, sums: np.ndarray) -> tuple[int, int]:
    """Errors of instance vectors by column.

    Args:
        pred, truth: (2, H, W); truth counts where both components are finite.
        sums: (2, W) float64 of zeros; gets |dx| + |dy| and the length of (dx, dy).

    Returns:
        Pixels that count, and those of them with a broken prediction.
    """
    count = broken = 0
    for y in range(truth.shape[1]):
        for x in range(truth.shape[2]):
            right, down = np.float64(truth[0, y, x]), np.float64(truth[1, y, x])
            if not (abs(right) < np.inf and abs(down) < np.inf):
                continue
            across = np.float64(pred[0, y, x]) - right
            along = np.float64(pred[1, y, x]) - down
            broken += not (abs(across) < np.inf and abs(along) < np.inf)
            count += 1
            sums[0, x] += abs(across) + abs(along)
            sums[1, x] += math.sqrt(across * across + along * along)
    return count, broken
