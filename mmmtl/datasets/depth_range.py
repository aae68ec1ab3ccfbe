"""Is depth in the unit that is said? Its middle tells millimetres from metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

#: metres between which the middle of a data set's depth lies, from tabletops to landscapes
NEAREST, FARTHEST = 0.05, 1000.0


def middle_depth(depth: np.ndarray) -> float | None:
    """Median in metres of what is measured in a map (H, W); ``None`` where nothing is.

    Every fourth row and column are looked at.
    """
    seen = depth[::4, ::4]
    seen = seen[np.isfinite(seen) & (seen > 0)]
    return float(np.median(seen)) if seen.size else None


def doubts(middles: Mapping[str, Sequence[float]]) -> list[str]:
    """A question for each folder whose depth is nearer or farther than cameras see.

    Args:
        middles: :func:`middle_depth` of some frames, by folder.
    """
    return [_question(folder, median(values), len(values)) for folder, values in middles.items()
            if values and not NEAREST <= median(values) <= FARTHEST]


def _question(folder: str, middle: float, frames: int) -> str:
    return (f'{folder} (depth_path): half of what {frames} frames measure is nearer than '
            f'{middle:.3g} m. Is that so? If the files are in another unit, say how many metres a '
            'step is: LoadDepth(unit_16bit=...), in all pipelines; depth_unit=... of into() '
            '(0.001 for millimetres, 1/256 for KITTI, 1 for metres)')
