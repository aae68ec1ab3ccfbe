"""Scores of inverse or metric depth."""

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor

from mmmtl.registry import METRICS

from ..functional import depth as functional
from ..functional.depth_protocol import (
    CROPS,
    PROTOCOL_SUMS,
    compute_protocol,
    cropped,
    depth_scores_per_image,
    protocol_sums,
)
from ..functional.reduction import add_by_batch, add_records
from .pixel_metric import PixelMetric

_BOTH = dict(mae='lower', rmse='lower')
_METRIC = dict(abs_rel='lower', log10='lower', delta1='higher', delta2='higher', delta3='higher')
_PROTOCOL = dict(sq_rel='lower', rmse_log='lower', silog='lower')
_PER_BATCH = dict(mae_per_batch='lower', abs_rel_per_batch='lower')
_PER_IMAGE = {f'{name}_per_image': word for name, word in (_BOTH | _METRIC | _PROTOCOL).items()}


@METRICS.register_module()
class DepthMetric(PixelMetric):
    """Errors of depth over all valid pixels of the set; sums and counts only.

    =========== ======================= ==================== =====================================
    kind        prediction              truth                keys
    =========== ======================= ==================== =====================================
    'inverse'   pred_inverse_depth_map  gt_inverse_depth_map mae, rmse (pixels of disparity)
    'metric'    pred_depth_map          gt_depth_map         rmse, mae (metres), abs_rel, log10,
                                                             delta1, delta2, delta3; with
                                                             ``protocol`` sq_rel, rmse_log, silog
    =========== ======================= ==================== =====================================

    Formulas: :func:`~mmmtl.evaluation.functional.compute_inverse_depth` and
    :func:`~mmmtl.evaluation.functional.compute_depth`, and of ``protocol``
    :func:`~mmmtl.evaluation.functional.compute_protocol`. All are better when lower, but delta1 to
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
        crop: 'garg' or 'eigen' (KITTI), or 'nyu': only pixels in this part of the image count.
        protocol: also ``sq_rel``, ``rmse_log`` and ``silog``, with kind 'metric'.
        per_image: also each score as the mean over images of what each scores alone, under
            ``<score>_per_image``, as KITTI's and BTS's evaluations report; needs ``protocol``.
        clamp: bring predictions into ``min_depth`` to ``max_depth`` first, as those evaluations do;
            needs ``protocol``.
        **kwargs: ``prefix``, ``collect_device`` and ``collect_dir``, as for every metric.

    Raises:
        ValueError: an unknown kind or crop, an empty range, or options that do not go together.
    """

    default_prefix = 'depth'
    score_directions = _BOTH | _METRIC | _PROTOCOL | _PER_BATCH | _PER_IMAGE

    def __init__(self,
                 kind: str,
                 min_depth: float = 0.,
                 max_depth: float | None = None,
                 per_batch: bool = False,
                 crop: str | None = None,
                 protocol: bool = False,
                 per_image: bool = False,
                 clamp: bool = False,
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if kind not in ('inverse', 'metric'):
            raise ValueError(f"DepthMetric: kind must be 'inverse' or 'metric', not {kind!r}.")
        if max_depth is not None and max_depth <= min_depth:
            raise ValueError(f'DepthMetric: max_depth ({max_depth}) must be larger than min_depth '
                             f'({min_depth}).')
        if crop is not None and crop not in CROPS:
            raise ValueError(f'DepthMetric: crop must be one of {list(CROPS)}, or None for the '
                             f'whole image; got {crop!r}.')
        if protocol and kind != 'metric':
            raise ValueError("DepthMetric: protocol=True needs kind='metric': its scores are of "
                             'metres.')
        if (per_image or clamp) and not protocol:
            raise ValueError('DepthMetric: per_image and clamp are part of protocol=True; set it.')
        self.kind, self.min_depth, self.max_depth = kind, min_depth, max_depth
        self.crop, self.protocol, self.per_image, self.clamp = crop, protocol, per_image, clamp
        self.per_batch, self._batch_size = per_batch, 1
        field = 'inverse_depth_map' if kind == 'inverse' else 'depth_map'
        self.pred_field, self.truth_field = f'pred_{field}', f'gt_{field}'
        self.sum_names = (
            functional.INVERSE_DEPTH_SUMS if kind == 'inverse' else
            PROTOCOL_SUMS if protocol else functional.DEPTH_SUMS)
        self.score_directions = self._given()

    def _given(self) -> dict[str, str]:
        """Directions of the scores that these options give."""
        given = _BOTH | (_METRIC if self.kind == 'metric' else {})
        if self.per_batch:  # also the relative error of inverse depth
            given = given | _PER_BATCH | dict(abs_rel='lower')
        if self.protocol:
            given = given | _PROTOCOL
        return given | _PER_IMAGE if self.per_image else given

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Sums of one image from its (1, H, W) maps."""
        truth = cropped(truth, self.crop)
        if self.protocol:
            return protocol_sums(pred, truth, self.min_depth, self.max_depth, self.clamp)
        function = (
            functional.inverse_depth_sums if self.kind == 'inverse' else functional.depth_sums)
        return function(pred, truth, self.min_depth, self.max_depth)

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Scores of the set from its sums."""
        if self.kind == 'inverse':
            return functional.compute_inverse_depth(sums)
        return compute_protocol(sums) if self.protocol else functional.compute_depth(sums)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Note how large a batch is; records are by image."""
        self._batch_size = max(self._batch_size, len(data_samples))
        super().process(data_batch, data_samples)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores over pixels, and over batches where these are asked for."""
        scores = super().compute_metrics(results)
        records = [record for record, _ in results]
        size, self._batch_size = self._batch_size, 1
        broken = any(name is not None for _, name in results)
        if self.per_image:
            scores |= depth_scores_per_image(records)
        if self.per_batch:
            scores |= self._per_batch(records, size)
        return dict.fromkeys(scores, math.nan) if broken else scores

    def _per_batch(self, records: list[tuple[float, ...]], size: int) -> dict[str, float]:
        scores = {}
        if self.kind == 'inverse':
            scores['abs_rel'] = functional.relative_inverse_depth(
                add_records(records, len(self.sum_names)))
        batches = add_by_batch(records, len(self.sum_names), size)
        length = len(functional.DEPTH_SUMS if self.kind == 'metric' else self.sum_names)
        return scores | functional.per_batch_scores(
            [batch[:length] for batch in batches], self.kind)
