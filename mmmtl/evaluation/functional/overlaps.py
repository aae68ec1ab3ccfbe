"""How many pixels each combination of values has in several label maps: the base of all scores
of segments."""

import numpy as np

TABLE_LIMIT = 1 << 22
"""Largest range of values that is counted in a table; a larger one is sorted."""
_SMALL_RANGE = 1 << 14  # range that is not worth ranking first


def count_overlaps(*maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the pixels of each combination of values that occurs.

    Args:
        *maps: label maps of one shape, integers of any range.

    Returns:
        Combinations, (N, number of maps) int64 in lexicographic order, and their pixels, (N, )
        int64. Linear in the pixels for ids of usual size.

    Example:
        >>> count_overlaps(np.array([1, 1, 2]), np.array([0, 5, 5]))
        (array([[1, 0],
               [1, 5],
               [2, 5]]), array([1, 1, 1]))
    """
    columns, code = [np.zeros(1, np.int64)], np.zeros(1, np.int64)
    for other in maps:
        found, ranks = rank_values(other, smallest=512)
        code = code * max(len(found), 1) + ranks
        size = len(columns[0]) * len(found)
        # ranked after each map, so that products stay far below 2^63
        pairs, code = (np.arange(size), code) if size <= _SMALL_RANGE else rank_values(code)
        first, second = np.divmod(pairs, max(len(found), 1))
        columns = [*(column[first] for column in columns), found[second]]
    counts = np.bincount(code, minlength=len(columns[0]))
    occurs = np.flatnonzero(counts)
    return np.stack(columns[1:], axis=1)[occurs], counts[occurs]


def rank_values(labels: np.ndarray, smallest: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sorted values, int64, and the rank of every element among them, (N, ) int64.

    Args:
        labels: integers of any shape and range.
        smallest: a range of this size and less is taken whole, with values that do not occur.
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
    if high - low < smallest:
        return np.arange(low, high + 1), labels
    values = np.flatnonzero(np.bincount(labels))
    table = np.zeros(high - low + 1, np.int64)
    table[values] = np.arange(len(values))
    return values + low, table.take(labels)
