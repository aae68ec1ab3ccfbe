"""Scores of surface normals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from mmmtl.registry import METRICS

from ..functional.normal import (
    NORMAL_SUMS,
    NUM_BINS,
    angular_errors,
    compute_normal,
    error_histogram,
    normal_sums,
)
from ..functional.reduction import add_records
from .pixel_metric import PixelMetric

_PER_BATCH = tuple(f'{name}_per_batch' for name in ('mean', 'median', *NORMAL_SUMS[2:]))


@METRICS.register_module()
class SurfaceNormalMetric(PixelMetric):
    """Angular errors of ``pred_normal_map`` over the pixels of the set that have a normal.

    Keys ``mean`` and ``median`` (degrees, lower is better), ``within_11.25``, ``within_22.5`` and
    ``within_30`` (percent of the pixels, higher is better). The median is right to 0.005°, half a
    bin of the histogram that it is read from. Formulas:
    :func:`~mmmtl.evaluation.functional.compute_normal`. Only directions count: predictions need
    not have length 1.

    Memory does not grow with the set: each image leaves a few sums, and the histograms of all
    images but the last are added up in the first record. (mmengine cuts records off the end,
    where a rank's last image may be one that pads its share.)

    Args:
        per_batch: also give ``mean_per_batch``, ``median_per_batch`` and so on, the means over
            batches of the scores of each batch, as the authors of MTAN (Liu et al., CVPR 2019)
            report them. They depend on the batch size, and batches are as one process sees
            them. A batch without a known normal is left out.
        **kwargs: ``prefix``, ``collect_device`` and ``collect_dir``, as for every metric.
    """

    default_prefix = 'normal'
    pred_field = 'pred_normal_map'
    truth_field = 'gt_normal_map'
    sum_names = NORMAL_SUMS

    def __init__(self, per_batch: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.per_batch = per_batch
        self._errors: list[np.ndarray] = []

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Sums of one image from its (3, H, W) maps; the errors are kept until the batch ends."""
        errors = angular_errors(pred, truth)
        self._errors.append(errors)
        return normal_sums(errors)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record for each sample: sums, broken image, histogram, scores of the batch."""
        batch = []
        for sample in data_samples:
            self._errors = []
            super().process(data_batch, [sample])
            sums, broken = self.results.pop()
            batch += self._errors
            histogram = error_histogram(self._errors[0]) if self._errors else None
            self._fold()
            self.results.append((sums, broken, histogram, None))
        self._errors = []
        errors = np.concatenate(batch) if batch else np.zeros(0)
        if self.per_batch and errors.size:
            count, error, *within = normal_sums(errors)
            scores = (error / count, float(np.median(errors)),
                      *(100 * part / count for part in within))
            first = len(self.results) - len(data_samples)
            self.results[first] = (*self.results[first][:3], scores)

    def _fold(self) -> None:
        """Add the histogram of the last record to that of the first."""
        if len(self.results) < 2 or self.results[-1][2] is None:
            return
        sums, broken, histogram, scores = self.results[-1]
        first = self.results[0]
        total = histogram if first[2] is None else first[2] + histogram
        self.results[0] = (*first[:2], total, first[3])
        self.results[-1] = (sums, broken, None, scores)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores from the records of all ranks."""
        self._histogram = sum((record[2] for record in results if record[2] is not None),
                              np.zeros(NUM_BINS, np.int64))
        scores = super().compute_metrics([record[:2] for record in results])
        if self.per_batch:
            batches = [record[3] for record in results if record[3] is not None]
            broken = any(record[1] is not None for record in results)
            length = len(_PER_BATCH)
            means = (total / len(batches) for total in add_records(batches, length)
                     ) if batches and not broken else (np.nan, ) * length
            scores.update(zip(_PER_BATCH, map(float, means), strict=True))
        return scores

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Scores of the set from its sums and its histogram."""
        return compute_normal(sums, self._histogram)
