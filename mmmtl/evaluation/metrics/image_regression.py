"""Errors of numbers that belong to whole images."""

import math
from collections.abc import Sequence
from typing import Any

from mmengine.evaluator import BaseMetric

from mmmtl.datasets.image_labels import check_numbers
from mmmtl.registry import METRICS

from ..functional.reduction import add_records
from .fields import image_name
from .image_fields import read_label, read_prediction


@METRICS.register_module()
class ImageRegressionMetric(BaseMetric):
    """Mean absolute error and root of the mean square, in the task's unit; lower is better.

    Keys ``<prefix>/mae`` and ``<prefix>/rmse``, over all values of the labelled images; NaN
    without labels. One record an image.

    Args:
        field: of the head: reads ``gt_<field>`` and ``pred_<field>``.
        prefix: put before the keys, by default the field.
        kwargs: ``collect_device``, ``collect_dir``.
    """

    score_directions = dict(mae='lower', rmse='lower')
    #: looked for among what the heads of a model predict, before a run
    pred_field: str = ''

    def __init__(self, field: str, prefix: str | None = None, **kwargs: Any) -> None:
        super().__init__(prefix=prefix or field, **kwargs)
        self.field = field
        self.pred_field = f'pred_{field}'

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record an image: number of values, sums of errors and of their squares."""
        for sample in data_samples:
            truth = read_label(sample, self.field)
            record = (0.0, 0.0, 0.0)
            if truth is not None:
                pred = read_prediction(sample, self.field)
                check_numbers(tuple(truth.tolist()), len(pred),
                              f'{image_name(sample)}: gt_{self.field}')
                error = (pred.double() - truth.double()).abs()
                record = (float(len(error)), float(error.sum()), float((error**2).sum()))
            self.results.append(record)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Errors from the records of all ranks."""
        count, absolute, square = add_records(results, 3)
        if not count:
            return dict(mae=math.nan, rmse=math.nan)
        return dict(mae=absolute / count, rmse=math.sqrt(square / count))
