"""Scores of surface normals."""

import math
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
from ..functional.reduction import add_by_batch
from .pixel_metric import PixelMetric

_SCORES = {'mean': 'lower', 'median': 'lower', **dict.fromkeys(NORMAL_SUMS[2:], 'higher')}


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
    where a rank's last image may be one that pads its share.) With ``per_batch`` each image keeps
    its histogram, 72 kB.

    Args:
        per_batch: also give ``mean_per_batch``, ``median_per_batch`` and so on, the means over
            batches of the scores of each batch, as the authors of MTAN (Liu et al., CVPR 2019)
            report them. They depend on the batch size. Batches are those of the data loader, of one
            process also where there are several, as for ``DepthMetric``. A batch without a known
            normal is left out. The median of a batch is from its histogram, too.
        **kwargs: ``prefix``, ``collect_device`` and ``collect_dir``, as for every metric.
    """

    default_prefix = 'normal'
    score_directions = _SCORES | {f'{name}_per_batch': word for name, word in _SCORES.items()}
    pred_field = 'pred_normal_map'
    truth_field = 'gt_normal_map'
    sum_names = NORMAL_SUMS

    def __init__(self, per_batch: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not per_batch:
            self.score_directions = _SCORES
        self.per_batch, self._batch_size = per_batch, 1
        self._histogram: np.ndarray | None = None

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Sums of one image from its (3, H, W) maps; its histogram is kept for the record."""
        errors = angular_errors(pred, truth)
        self._histogram = error_histogram(errors)
        return normal_sums(errors)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record for each sample: sums, broken image, histogram."""
        self._batch_size = max(self._batch_size, len(data_samples))
        for sample in data_samples:
            self._histogram = None
            super().process(data_batch, [sample])
            sums, broken = self.results.pop()
            if self.per_batch:
                if self._histogram is not None:
                    self._histogram = self._histogram.astype(np.uint32)
            else:
                self._fold()
            self.results.append((sums, broken, self._histogram))

    def _fold(self) -> None:
        """Add the histogram of the last record to that of the first."""
        if len(self.results) < 2 or self.results[-1][2] is None:
            return
        sums, broken, histogram = self.results[-1]
        first = self.results[0]
        self.results[0] = (*first[:2], histogram if first[2] is None else first[2] + histogram)
        self.results[-1] = (sums, broken, None)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores from the records of all ranks."""
        histograms = [record[2] for record in results]
        self._histogram = _total(histograms)
        scores = super().compute_metrics([record[:2] for record in results])
        if not self.per_batch:
            return scores
        size, self._batch_size = self._batch_size, 1
        sums = add_by_batch([record[0] for record in results], len(self.sum_names), size)
        batches = [compute_normal(batch, _total(histograms[i * size:(i + 1) * size]))
                   for i, batch in enumerate(sums) if batch[0]]
        broken = any(record[1] is not None for record in results)
        return scores | {
            f'{name}_per_batch': math.nan if broken or not batches else
            math.fsum(batch[name] for batch in batches) / len(batches) for name in scores}

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Scores of the set from its sums and its histogram."""
        return compute_normal(sums, self._histogram)


def _total(histograms: Sequence[np.ndarray | None]) -> np.ndarray:
    """Sum of the histograms of images, some of which have none."""
    return sum((histogram for histogram in histograms if histogram is not None),
               np.zeros(NUM_BINS, np.int64))
