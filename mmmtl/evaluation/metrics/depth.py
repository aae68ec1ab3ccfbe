"""Scores of inverse or metric depth."""

from typing import Any

from torch import Tensor

from mmmtl.registry import METRICS

from ..functional import depth as functional
from .pixel_metric import PixelMetric


@METRICS.register_module()
class DepthMetric(PixelMetric):
    """Errors of depth over all valid pixels of the set; sums and counts only.

    =========== ======================= ==================== =====================================
    kind        prediction              truth                keys
    =========== ======================= ==================== =====================================
    'inverse'   pred_inverse_depth_map  gt_inverse_depth_map mae, rmse (pixels of disparity)
    'metric'    pred_depth_map          gt_depth_map         rmse, mae (metres), abs_rel, log10,
                                                             delta1, delta2, delta3
    =========== ======================= ==================== =====================================

    Formulas: :func:`~mmmtl.evaluation.functional.compute_inverse_depth` and
    :func:`~mmmtl.evaluation.functional.compute_depth`. All are better when lower, but delta1 to
    delta3. In a config whose default scope is ``mmseg``, write ``type='mmmtl.DepthMetric'``:
    mmseg has a metric of that name.

    Args:
        kind: 'inverse' or 'metric'.
        min_depth: Smallest truth that counts, included, in the unit of the kind: pixels or metres.
        max_depth: Largest truth that counts, included; None = no limit.
        **kwargs: ``prefix``, ``collect_device`` and ``collect_dir``, as for every metric.

    Raises:
        ValueError: an unknown kind, or an empty range.
    """

    default_prefix = 'depth'

    def __init__(self,
                 kind: str,
                 min_depth: float = 0.,
                 max_depth: float | None = None,
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if kind not in ('inverse', 'metric'):
            raise ValueError(f"DepthMetric: kind must be 'inverse' or 'metric', not {kind!r}.")
        if max_depth is not None and max_depth <= min_depth:
            raise ValueError(f'DepthMetric: max_depth ({max_depth}) must be larger than min_depth '
                             f'({min_depth}).')
        self.kind, self.min_depth, self.max_depth = kind, min_depth, max_depth
        field = 'inverse_depth_map' if kind == 'inverse' else 'depth_map'
        self.pred_field, self.truth_field = f'pred_{field}', f'gt_{field}'
        self.sum_names = (
            functional.INVERSE_DEPTH_SUMS if kind == 'inverse' else functional.DEPTH_SUMS)

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Sums of one image from its (1, H, W) maps."""
        function = (
            functional.inverse_depth_sums if self.kind == 'inverse' else functional.depth_sums)
        return function(pred, truth, self.min_depth, self.max_depth)

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Scores of the set from its sums."""
        if self.kind == 'inverse':
            return functional.compute_inverse_depth(sums)
        return functional.compute_depth(sums)
