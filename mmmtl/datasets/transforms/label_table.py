"""Label ids on disk to training labels, by one table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

IGNORED = 255


def map_labels(ids: np.ndarray,
               label_map: Mapping[int, int] | None,
               num_labels: int | None = None,
               reduce_zero_label: bool = False) -> tuple[np.ndarray, list[int]]:
    """Map label ids to training labels with mmseg's meaning of both options.

    Args:
        ids: (H, W) uint8 as on disk; 255 = ignored.
        label_map: known id -> label; applied after ``reduce_zero_label``. ``None``: labels stay.
        num_labels: without ``label_map``, labels of 0 to ``num_labels - 1`` are known; ``None``:
            any is.
        reduce_zero_label: 0 becomes ignored and the others count from 0.

    Returns:
        (H, W) uint8 labels, 255 = ignored, and the sorted list of ids that are not known (for the
        caller to complain of).
    """
    key = None if label_map is None else tuple(label_map.items())
    table, known = _table(key, num_labels, reduce_zero_label)
    present = np.bincount(ids.ravel(), minlength=256) > 0
    return table[ids], np.flatnonzero(present & ~known).tolist()


@lru_cache(maxsize=16)
def _table(label_map: tuple[tuple[int, int], ...] | None, num_labels: int | None,
           reduce_zero_label: bool) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(256)
    if reduce_zero_label:
        labels = np.where(np.isin(labels, (0, IGNORED)), IGNORED, labels - 1)
    if label_map is not None:
        mapping = dict(label_map)
        known = np.array([label == IGNORED or label in mapping for label in labels.tolist()])
        labels = np.array([mapping.get(label, label) for label in labels.tolist()])
    else:
        limit = 256 if num_labels is None else num_labels
        known = (labels < limit) | (labels == IGNORED)
    return labels.astype(np.uint8), known
