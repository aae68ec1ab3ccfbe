"""How many pixels each combination of values has in several label maps: the base of all scores
of segments."""

import numpy as np

from .overlap_kernel import count_combinations

TABLE_LIMIT = 1 << 22
"""Largest range of values that is counted in a table; a larger one is sorted."""
_MOST = 4  # maps that a combination is of
_ROWS = 1 << 12  # of the table that combinations are counted in, at the beginning


def count_overlaps(*maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the pixels of each combination of values that occurs.

    Args:
        *maps: one to four label maps of one shape, integers of any range.

    Returns:
        Combinations, (N, number of maps) int64 in lexicographic order, and their pixels, (N, )
        int64. Linear in the pixels.

    Raises:
        ValueError: no map, or more than four.

    Example:
        >>> count_overlaps(np.array([1, 1, 2]), np.array([0, 5, 5]))
        (array([[1, 0],
               [1, 5],
               [2, 5]]), array([1, 1, 1]))
    """
    if not 1 <= len(maps) <= _MOST:
        raise ValueError(f'count_overlaps takes 1 to {_MOST} maps, not {len(maps)}')
    flat = [_flat(one) for one in maps]
    table = count_combinations(*(flat * _MOST)[:_MOST], _ROWS)
    table = table[table[:, -1] > 0]
    found, counts = table[:, :len(flat)], table[:, -1]
    order = np.lexsort(found.T[::-1])
    return found[order], counts[order]


def _flat(labels: np.ndarray) -> np.ndarray:
    """(N, ) int32 or int64: few types, for each of which a kernel is compiled; no needless copy."""
    fits = np.can_cast(labels.dtype, np.int32)
    return np.ascontiguousarray(labels.reshape(-1), np.int32 if fits else np.int64)


def rank_values(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted values, int64, and the rank of every element among them, (N, ) int64.

    Args:
        labels: integers of any shape and range.
    """
    labels = labels.reshape(-1).astype(np.int64)
    if not labels.size:
        return labels, labels
    low, high = int(labels.min()), int(labels.max())
    if high - low >= TABLE_LIMIT:
        values, ranks = np.unique(labels, return_inverse=True)
        return values, ranks.reshape(-1)
    if low:
        labels -= low
    values = np.flatnonzero(np.bincount(labels))
    table = np.zeros(high - low + 1, np.int64)
    table[values] = np.arange(len(values))
    return values + low, table.take(labels)
