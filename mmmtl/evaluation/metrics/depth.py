"""Scores of inverse or metric depth."""

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from mmmtl.registry import METRICS

from ..functional import depth as functional
from ..functional.reduction import add_by_batch, add_records
from .pixel_metric import PixelMetric

_BOTH = ('mae', 'rmse')
_SHARES = ('delta1', 'delta2', 'delta3')
_PER_BATCH = ('mae_per_batch', 'abs_rel_per_batch')


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
        per_batch: also ``mae_per_batch`` and ``abs_rel_per_batch``, means over batches of a batch's
            mean over pixels (:func:`~mmmtl.evaluation.functional.per_batch_scores`), as Liu et al.
            (MTAN) report. Batches are those of the data loader, of one process also where there are
            several (which need a sampler that deals frames out in turn, like mmengine's).
            Relative errors of inverse depth leave infinitely far pixels out, and ``abs_rel`` over
            all pixels is given beside them. ``min_depth=1e-6`` leaves the sky out of everything,
            as the authors' masks do with 0.
        **kwargs: ``prefix``, ``collect_device`` and ``collect_dir``, as for every metric.

    Raises:
        ValueError: an unknown kind, or an empty range.
    """

    default_prefix = 'depth'
    score_directions = {**dict.fromkeys((*_BOTH, 'abs_rel', 'log10', *_PER_BATCH), 'lower'),
              **dict.fromkeys(_SHARES, 'higher')}

    def __init__(self,
                 kind: str,
                 min_depth: float = 0.,
                 max_depth: float | None = None,
                 per_batch: bool = False,
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if kind not in ('inverse', 'metric'):
            raise ValueError(f"DepthMetric: kind must be 'inverse' or 'metric', not {kind!r}.")
        if max_depth is not None and max_depth <= min_depth:
            raise ValueError(f'DepthMetric: max_depth ({max_depth}) must be larger than min_depth '
                             f'({min_depth}).')
        self.kind, self.min_depth, self.max_depth = kind, min_depth, max_depth
        self.per_batch, self._batch_size = per_batch, 1
        field = 'inverse_depth_map' if kind == 'inverse' else 'depth_map'
        self.pred_field, self.truth_field = f'pred_{field}', f'gt_{field}'
        self.sum_names = (
            functional.INVERSE_DEPTH_SUMS if kind == 'inverse' else functional.DEPTH_SUMS)
        given = {*self.score_directions}
        if kind == 'inverse':
            given = {*_BOTH, *_PER_BATCH, *(['abs_rel'] if per_batch else [])}
        if not per_batch:
            given -= {*_PER_BATCH}
        self.score_directions = {
            name: word for name, word in self.score_directions.items() if name in given}

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

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Note how large a batch is; records are by image."""
        self._batch_size = max(self._batch_size, len(data_samples))
        super().process(data_batch, data_samples)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores over pixels, and over batches where these are asked for."""
        scores = super().compute_metrics(results)
        if not self.per_batch:
            return scores
        records = [record for record, _ in results]
        size, self._batch_size = self._batch_size, 1
        if self.kind == 'inverse':
            scores['abs_rel'] = functional.relative_inverse_depth(
                add_records(records, len(self.sum_names)))
        scores |= functional.per_batch_scores(
            add_by_batch(records, len(self.sum_names), size), self.kind)
        broken = any(name is not None for _, name in results)
        return dict.fromkeys(scores, math.nan) if broken else scores
