"""Scores of semantic boundaries."""

import math
from typing import Any

import numpy as np
from torch import Tensor

from mmmtl.registry import METRICS

from ..functional.boundary import best_f, boundary_counts, f_measure
from ..functional.reduction import select_valid
from .pixel_metric import PixelMetric


@METRICS.register_module()
class BoundaryMetric(PixelMetric):
    """F of ``pred_boundary_map`` as the BSDS benchmark takes it, in percent, higher is better.

    At each threshold the prediction is thinned to lines of one pixel, and its pixels are matched
    one to one with true ones at most ``max_dist`` of the diagonal away. Precision is the share of
    predicted pixels that are matched, recall that of the true ones.

    - ``odsF``: at the one threshold that is best for the set, interpolated between thresholds.
    - ``oisF``: each image at the threshold that is best for it.

    It differs from the MATLAB code (``edgesEvalImg``, ``collect_eval_bdry``) where

    - pairs are as many as possible (Hopcroft and Karp). ``correspondPixels`` finds the cheapest
      assignment in a graph with six random outliers a pixel, and may pair a few less;
    - pixels whose truth is unknown are no error: predicted lines there do not count. The benchmark
      has no such pixels;
    - there is one truth for an image, not several annotators';
    - the truth is taken as it is: lines are one pixel wide (:class:`GenerateBoundaries`);
    - soft predictions are not suppressed beside their maxima before (``edgesNms`` of Dollár's
      toolbox is no part of the evaluation). Thinning finds the middle of a band, not its crest.

    Time grows with the thresholds, about 0.01 s for each of an image of 288 x 384. Images without
    truth, and those without a known pixel, leave zeros.

    Args:
        thresholds: how many, evenly spaced between 0 and 1; the benchmark has 99.
        max_dist: how far matched pixels may be apart, as a share of the image's diagonal. The
            benchmark's 0.0075 is 3.6 pixels at 288 x 384.
        **kwargs: ``prefix``, ``collect_device`` and ``collect_dir``, as for every metric.

    Raises:
        ValueError: no threshold, or a distance that is not positive.
    """

    default_prefix = 'boundary'
    score_directions = dict.fromkeys(('odsF', 'oisF'), 'higher')
    pred_field = 'pred_boundary_map'
    truth_field = 'gt_boundary_map'

    def __init__(self, thresholds: int = 99, max_dist: float = 0.0075, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if thresholds < 1 or not max_dist > 0:
            raise ValueError('BoundaryMetric: thresholds must be at least 1 and max_dist positive, '
                             f'not {thresholds} and {max_dist}')
        self.thresholds = np.linspace(1 / (thresholds + 1), 1 - 1 / (thresholds + 1), thresholds)
        self.max_dist = max_dist
        counts = ('matched', 'predicted', 'true')
        self.sum_names = ('known', *(f'best_{name}' for name in counts), *(
            f'{name}_{i}' for i in range(thresholds) for name in counts))

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Known pixels, counts at the image's best threshold, and counts at each."""
        known = truth.isfinite().all(0)
        select_valid(pred, truth, known)  # refuses predictions that are not finite
        counts = boundary_counts(pred[0].detach().cpu().float().numpy(), truth[0].cpu().numpy(),
                                 self.thresholds, self.max_dist)
        if not known.any():
            counts[:] = 0
        best = counts[f_measure(counts).argmax()]
        return tuple(float(value) for value in (known.sum(), *best, *counts.reshape(-1)))

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Both scores; NaN where nothing is known."""
        if not sums[0]:
            return dict(odsF=math.nan, oisF=math.nan)
        best, counts = np.array(sums[1:4]), np.array(sums[4:]).reshape(-1, 3)
        return dict(odsF=100 * best_f(counts), oisF=100 * float(f_measure(best)))
