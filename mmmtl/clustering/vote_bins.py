"""Fewer votes for clusterers that cannot take a full frame."""

from typing import NamedTuple

import numpy as np


class Bins(NamedTuple):
    """Votes rounded to a grid.

    Attributes:
        centres: (m, 2) float64, the occupied grid points in the order of their first votes.
        counts: (m,) votes of each.
        inverse: (n,) grid point of each vote.
    """

    centres: np.ndarray
    counts: np.ndarray
    inverse: np.ndarray


def bin_votes(votes: np.ndarray, step: float) -> Bins:
    """Round votes to multiples of ``step`` pixels and count equal ones.

    Args:
        votes: (n, 2) finite votes.
        step: pixels, positive.
    """
    cells = np.rint(votes / step).astype(np.int64)
    low = cells.min(0, initial=0)
    span = int(cells[:, 0].max(initial=0) - low[0]) + 1
    keys = (cells[:, 1] - low[1]) * span + (cells[:, 0] - low[0])
    _, first, inverse, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first, kind='stable')
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Bins(cells[first[order]] * float(step), counts[order], rank[inverse.reshape(-1)])
