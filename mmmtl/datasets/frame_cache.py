"""Frames kept in memory as they are before the first random transform."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
from mmengine.dataset import Compose
from mmengine.logging import print_log

DETERMINISTIC = frozenset({
    'LoadImageFromFile', 'LoadAnnotations', 'LoadSemanticLabels', 'LoadInstanceIds',
    'LoadDisparity', 'LoadDepth', 'LoadNormals', 'GenerateNormals', 'LoadNumpyImage', 'Resize',
    'ResizeToMultiple', 'ResizeShortestEdge', 'RepairUnits', 'ScoreAtInputSize', 'Pad'
})
"""Names of transforms that give the same result each time, which may be run once."""


class FrameCache:
    """Run the leading deterministic transforms of a pipeline once per frame.

    The results are kept and every call goes on with a copy. Each worker process of a data loader
    fills its own cache; a frame of 128 x 256 with image, semantics, instances and disparity takes
    0.4 MB, one of 1024 x 2048 25 MB. Put a deterministic ``Resize`` first to keep it small.

    Args:
        pipeline: the data set's pipeline.
    """

    def __init__(self, pipeline: Compose) -> None:
        self.pipeline = pipeline
        transforms = list(pipeline.transforms)
        count = 0
        while count < len(transforms) and type(transforms[count]).__name__ in DETERMINISTIC:
            count += 1
        self.leading: list[Callable] = transforms[:count]
        self.rest: list[Callable] = transforms[count:]
        self.frames: dict[str, dict] = {}

    def __call__(self, data_info: dict) -> dict | None:
        """What ``pipeline(data_info)`` gives."""
        key = data_info['img_path']
        if key not in self.frames:
            results: dict | None = dict(data_info)
            for transform in self.leading:
                results = transform(results)
                if results is None:
                    return None
            self.frames[key] = results
            if len(self.frames) == 1:
                print_log(f'cache: {_megabytes(results):.2f} MB a frame in every worker process, '
                          f'after {[type(t).__name__ for t in self.leading]}', logger='current')
        results = copy.deepcopy(self.frames[key])
        results['sample_idx'] = data_info.get('sample_idx')
        for transform in self.rest:
            results = transform(results)
            if results is None:
                return None
        return results


def _megabytes(results: dict) -> float:
    return sum(value.nbytes for value in results.values() if isinstance(value, np.ndarray)) / 1e6
