"""Score of panoptic maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mmmtl.registry import METRICS

from ..functional.panoptic_quality import (
    PANOPTIC_SUMS,
    compute_panoptic_quality,
    panoptic_quality_sums,
)
from ..functional.reduction import mean_over_classes
from ..functional.things_in_use import things_in_use
from .label_map_metric import LabelMapMetric


@METRICS.register_module()
class PanopticQualityMetric(LabelMapMetric):
    """Panoptic quality of ``pred_panoptic_map``, equal to cityscapesScripts' and panopticapi's.

    Percent, higher is better. Keys: ``PQ``, ``SQ``, ``RQ`` (means over classes), the same with
    ``_things`` and ``_stuff``, and ``PQ/<class>``. A class in neither truth nor prediction is NaN
    and left out of the means. The truth is ``gt_sem_seg`` and ``gt_instance_map``; a frame without
    one of them is not scored. Formulas, crowds and void:
    :func:`~mmmtl.evaluation.functional.panoptic_quality_sums`. Classes and ``thing_classes``
    come from the data set.

    Args:
        ignore_index: Void in ``gt_sem_seg``.
        prefix: Task name put before the keys. Default 'panoptic'.
        **kwargs: ``collect_device``, ``collect_dir``.
    """

    default_prefix = 'panoptic'
    score_directions = dict.fromkeys((
        'PQ', 'SQ', 'RQ', 'PQ_things', 'SQ_things', 'RQ_things', 'PQ_stuff', 'SQ_stuff', 'RQ_stuff',
        'PQ/<class>'), 'higher')
    pred_field = 'pred_panoptic_map'
    truth_fields = ('gt_sem_seg', 'gt_instance_map')
    remedy = "Give the model instance_clustering=dict(...) with panoptic output"

    def __init__(self, ignore_index: int = 255, prefix: str | None = None, **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        self.ignore_index = ignore_index

    def record_length(self) -> int:
        """Four sums for each class."""
        return len(self.required_meta('classes')) * len(PANOPTIC_SUMS)

    def things(self) -> list[int]:
        """Indices of the thing classes."""
        return list(things_in_use(
            self.required_meta('classes'), self.required_meta('thing_classes')))

    def sums(self, pred: np.ndarray, *truth: np.ndarray) -> Sequence[float]:
        """Sums of one image from its (H, W) maps."""
        semantic, instance = truth
        return panoptic_quality_sums(
            pred, semantic, instance, len(self.required_meta('classes')), self.things(),
            ignore_index=self.ignore_index).reshape(-1).tolist()

    def compute(self, sums: np.ndarray) -> dict[str, float]:
        """Scores of the set from its sums; prints those of each class."""
        names, things = self.required_meta('classes'), self.things()
        found = compute_panoptic_quality(sums.reshape(len(names), len(PANOPTIC_SUMS)))
        stuff = [i for i in range(len(names)) if i not in things]
        scores = {}
        for part, members in (('', list(range(len(names)))), ('_things', things),
                              ('_stuff', stuff)):
            for score, values in found.items():
                scores[score + part] = mean_over_classes(values[members])
        self.log_table({
            score: {**dict(zip(names, values.tolist(), strict=True)), 'mean': scores[score],
                    'mean of things': scores[f'{score}_things'],
                    'mean of stuff': scores[f'{score}_stuff']}
            for score, values in found.items()})
        return scores | {f'PQ/{name}': float(value)
                         for name, value in zip(names, found['PQ'], strict=True)}
