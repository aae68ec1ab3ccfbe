"""Labels of votes as they are, by numba."""

import math

import numpy as np

from .boundary import certain_squares
from .cells import sort_into_cells
from .components import component_starts, join_cells, label_votes, take_cores
from .dense import find_cores


def float_labels(votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray | None:
    """Labels, as :func:`~mmmtl.clustering.optics_labels` describes them.

    Returns:
        (N,) int64; None where distances are so near ``eps`` that only the ordering tells, or
        ``eps`` is so small beside the coordinates that cells cannot be told apart.
    """
    inside, outside = certain_squares(eps)
    cells = sort_into_cells(votes, eps / math.sqrt(2) * (1 - 1e-6)) if inside > 0 else None
    if cells is None:
        return None
    order, x, y, start, near = cells
    core, certain = find_cores(x, y, start, near, min_samples, inside, outside)
    if not certain:
        return None
    cores = take_cores(x, y, start, core)
    parent, certain = join_cells(*cores, near, inside, outside)
    if not certain:
        return None
    first = component_starts(parent, start, order, core)
    labels, certain = label_votes(x, y, order, start, near, core, *cores, parent, first, inside,
                                  outside)
    return labels if certain else None
