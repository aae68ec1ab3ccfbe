"""Distances of the objects of a frame, for scores by distance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .instance_ap_truth import FIRST, TruthSegments
from .segment_kernel import collect_values

UNKNOWN_DISTANCE, UNKNOWN_DENSITY = -1., 0.
"""What cityscapesScripts' ``Instance`` holds as long as nobody measured its distance."""


class Disparity(NamedTuple):
    """Distances as disparities, of which only those of objects are ever divided.

    Attributes:
        values: (H, W) pixels, NaN = not measured; 0 is infinitely far.
        scale: metres times pixels: distance = scale / value.
    """

    values: np.ndarray
    scale: float

    def metres(self) -> np.ndarray:
        """(H, W) float64 distances."""
        with np.errstate(divide='ignore'):
            return self.scale / self.values.astype(np.float64)


def segment_distances(truth: TruthSegments,
                      depth: np.ndarray | Disparity) -> tuple[np.ndarray, np.ndarray]:
    """Median distance of each segment, and how much of it was measured.

    Args:
        truth: segments of the frame.
        depth: (H, W) metres, NaN = not measured, infinity is a measurement; or disparities.

    Returns:
        (G,) median over the measured pixels, metres, ``UNKNOWN_DISTANCE`` where there are none;
        (G,) share of pixels that were measured, 0 to 1.

    Raises:
        ValueError: the map has another shape than the truth.
    """
    values, scale = depth if isinstance(depth, Disparity) else (depth, 0.)
    if values.shape != truth.instance_map.shape:
        raise ValueError(f'the map of distances has shape {values.shape}, the truth '
                         f'{truth.instance_map.shape}')
    if values.dtype != np.float32:  # few types, for each of which the kernel is compiled
        values = values.astype(np.float64, copy=False)
    starts = truth.pixels.cumsum() - truth.pixels
    store = np.empty(int(truth.pixels.sum()))
    filled = collect_values(
        *(np.ascontiguousarray(one.reshape(-1))
          for one in (truth.semantic_map, truth.instance_map, values)),
        float(scale), truth.of_label - FIRST, truth.ids.values, truth.of_id - FIRST, starts, store)
    distances = np.full(filled.size, UNKNOWN_DISTANCE)
    for number in np.flatnonzero(filled).tolist():
        count = int(filled[number])
        part = store[starts[number]:starts[number] + count]
        part.partition(sorted({(count - 1) // 2, count // 2}))
        distances[number] = (part[(count - 1) // 2] + part[count // 2]) / 2
    return distances, filled / truth.pixels
