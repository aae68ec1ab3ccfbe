"""Accuracies and score of the Visual Decathlon."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.registry import METRICS

from ..functional.decathlon import decathlon_score
from .image_fields import read_class, read_predicted_class


@METRICS.register_module()
class DecathlonMetric(BaseMetric):
    """Accuracy of each data set, their mean, and the challenge's score of all ten.

    Keys: ``<prefix>/accuracy/<domain>`` and ``<prefix>/accuracy/mean``, in percent, higher is
    better; ``<prefix>/score``, 0 to 10,000, where all ten data sets were seen
    (:func:`~mmmtl.evaluation.functional.decathlon_score`; the server scores the test split, so
    this is an estimate on any other).

    One record an image; images without a label count nowhere. The domain of an image, and the task
    that predicts its class, are in its meta information.

    Args:
        prefix: put before the keys.
        kwargs: ``collect_device``, ``collect_dir``.
    """

    default_prefix = 'decathlon'
    score_directions = {'accuracy/mean': 'higher', 'accuracy/<domain>': 'higher', 'score': 'higher'}

    def __init__(self, prefix: str | None = None, **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)

    @BaseMetric.dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict | None) -> None:
        """Keep the meta information; without all ten data sets there is no score."""
        self._dataset_meta = dataset_meta
        domains = (dataset_meta or {}).get('domains')
        if domains and not set(DOMAINS) <= set(domains):
            self.score_directions = {
                name: word for name, word in self.score_directions.items() if name != 'score'}

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record an image: its domain, and whether the class is right (or ``None``)."""
        for sample in data_samples:
            self.results.append((sample['domain'], _is_right(sample)))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores from the records of all ranks."""
        known = (self.dataset_meta or {}).get('domains') or dict.fromkeys(d for d, _ in results)
        accuracy = _accuracies(results, known)
        unseen = [domain for domain, value in accuracy.items() if math.isnan(value)]
        if unseen:
            print_log(f'{type(self).__name__}: no image with a label of {unseen}; their accuracy '
                      'is NaN. The test split has no labels (tools/test.py --format-only)',
                      'current', 30)
        scores = {f'accuracy/{domain}': value for domain, value in accuracy.items()}
        scores['accuracy/mean'] = sum(accuracy.values()) / len(accuracy)
        if set(DOMAINS) <= set(accuracy):
            scores['score'] = math.nan if unseen else _score(accuracy)
        return scores


def _accuracies(results: Sequence[tuple[str, bool | None]],
                domains: Iterable[str]) -> dict[str, float]:
    """Percent of the labelled images of each domain; NaN without any."""
    seen = Counter(domain for domain, right in results if right is not None)
    right = Counter(domain for domain, right in results if right)
    return {domain: 100 * right[domain] / seen[domain] if seen[domain] else math.nan
            for domain in domains}


def _score(accuracy: Mapping[str, float]) -> float:
    return decathlon_score(
        {domain: 1 - accuracy[domain] / 100 for domain in DOMAINS},
        {domain: entry.baseline_error for domain, entry in DOMAINS.items()})


def _is_right(sample: dict) -> bool | None:
    task, = sample['tasks']
    truth = read_class(sample, task)
    return None if truth is None else truth == read_predicted_class(sample, task)
