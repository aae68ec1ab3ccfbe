"""Accuracy of a class for whole images."""

from collections.abc import Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from torch import Tensor

from mmmtl.registry import METRICS

from ..functional.reduction import add_records
from .image_fields import read_class, read_predicted_class


@METRICS.register_module()
class ImageClassificationMetric(BaseMetric):
    """Top-k accuracies over the labelled images, in percent; higher is better.

    Keys ``<prefix>/accuracy`` (k = 1) and ``<prefix>/accuracy_top<k>``; NaN without labels. One
    record an image.

    Args:
        field: of the head: reads ``gt_<field>`` and ``pred_<field>``.
        topk: k, one or several.
        prefix: put before the keys, by default the field.
        kwargs: ``collect_device``, ``collect_dir``.

    Raises:
        ValueError: for a k below 1.
    """

    score_directions = {'accuracy': 'higher', 'accuracy_top<n>': 'higher'}
    #: looked for among what the heads of a model predict, before a run
    pred_field: str = ''

    def __init__(self, field: str, topk: Sequence[int] = (1, ), prefix: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(prefix=prefix or field, **kwargs)
        if not topk or min(topk) < 1:
            raise ValueError(f'ImageClassificationMetric: topk must be numbers from 1, got {topk}')
        self.field, self.topk = field, tuple(topk)
        self.score_directions = {_name(k): 'higher' for k in self.topk}
        self.pred_field = f'pred_{field}'

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record an image: 1, and for each k whether the class is among the first."""
        for sample in data_samples:
            record = [0.0] * (1 + len(self.topk))
            if read_class(sample, self.field) is not None:
                read_predicted_class(sample, self.field)
                scores = sample[self.pred_field]['scores']
                place = _place(scores, read_class(sample, self.field, len(scores)))
                record = [1.0, *(float(place < k) for k in self.topk)]
            self.results.append(record)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Accuracies from the records of all ranks."""
        count, *right = add_records(results, 1 + len(self.topk))
        return {_name(k): 100 * number / count if count else float('nan')
                for k, number in zip(self.topk, right, strict=True)}


def _name(k: int) -> str:
    return 'accuracy' if k == 1 else f'accuracy_top{k}'


def _place(scores: Tensor, truth: int) -> int:
    """How many classes are more likely, or as likely with a smaller number (as arg max takes)."""
    own = scores[truth]
    return int((scores > own).sum() + (scores[:truth] == own).sum())
