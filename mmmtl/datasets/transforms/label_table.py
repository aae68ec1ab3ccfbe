"""Label ids on disk to training labels, by one table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from .map_kernels import look_up_and_note

IGNORED = 255


def map_labels(ids: np.ndarray,
               label_map: Mapping[int, int] | None,
               num_labels: int | None = None,
               reduce_zero_label: bool = False) -> tuple[np.ndarray, list[int]]:
    """Map label ids to training labels with mmseg's meaning of both options.

    Args:
        ids: (H, W) uint8 or uint16 as on disk; 255 = ignored.
        label_map: known id -> label; applied after ``reduce_zero_label``. ``None``: labels stay.
        num_labels: without ``label_map``, labels of 0 to ``num_labels - 1`` are known; ``None``:
            any is.
        reduce_zero_label: 0 becomes ignored and the others count from 0.

    Returns:
        (H, W) uint8 labels, 255 = ignored, and the sorted list of ids that are not known (for the
        caller to complain of).
    """
    key = None if label_map is None else tuple(label_map.items())
    # ids of 16 bits mostly fit into 8, and never wrap around
    size = 256 if ids.dtype == np.uint8 or not ids.size or ids.max() < 256 else 65536
    table, known = _table(key, num_labels, reduce_zero_label, size)
    present, labels = np.zeros(size, np.bool_), np.empty(ids.shape, np.uint8)
    look_up_and_note(np.ascontiguousarray(ids), table, present, labels)
    return labels, np.flatnonzero(present & ~known).tolist()


@lru_cache(maxsize=16)
def _table(label_map: tuple[tuple[int, int], ...] | None, num_labels: int | None,
           reduce_zero_label: bool, size: int) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(size)
    if reduce_zero_label:
        labels = np.where(np.isin(labels, (0, IGNORED)), IGNORED, labels - 1)
    if label_map is not None:
        mapping = dict(label_map)
        known = np.array([label == IGNORED or label in mapping for label in labels.tolist()])
        labels = np.array([mapping.get(label, label) for label in labels.tolist()])
    else:
        limit = IGNORED + 1 if num_labels is None else num_labels
        known = (labels < limit) | (labels == IGNORED)
    known &= labels <= IGNORED  # what 8 bits hold
    return labels.astype(np.uint8), known
