"""Δm beside the scores that it is made of."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric, Evaluator
from mmengine.logging import print_log

from mmmtl.registry import METRICS

from ..directions import task_of
from ..functional.delta_m import check_baseline, compute_delta_m, read_baseline


@METRICS.register_module()
class DeltaM(BaseMetric):
    """Runs the metrics of the tasks, and adds what the network gains over single-task ones.

    mmengine evaluates metrics one by one, none of which sees another's scores; this one holds
    them. It works wherever a metric does: in validation and test, with ``save_best`` and early
    stopping, on several processes. Keys added to those of the metrics, all in percent:

    - ``multi_task/delta_m``: mean over tasks, **higher** is better (Vandenhende, LibMTL);
    - ``multi_task/delta_m_metrics``: mean over metrics, **lower** is better (Nash-MTL, FAMO);
    - ``multi_task/delta_m/<task>``: gain of one task, higher is better.

    Formulas: :func:`~mmmtl.evaluation.functional.compute_delta_m`. A score that is NaN makes Δm
    NaN.

    Args:
        task_metrics: config of one metric, or of several.
        baseline: json file with the scores of single-task models, ``{"depth/rmse": 0.757, ...}``
            (``tools/compare_weightings.py`` writes ``baseline.json``), or such a dict. Its keys
            choose what counts.
        directions: ``'higher'`` or ``'lower'`` for scores that the package does not know.
        prefix: put before the keys. Default 'multi_task'; with another one give
            ``rule='less'`` to ``save_best`` on ``…/delta_m_metrics``.

    Example:
        >>> val_evaluator = dict(
        ...     type='mmmtl.DeltaM',
        ...     baseline='baseline.json',
        ...     task_metrics=[dict(type='mmmtl.SemanticIoUMetric'),
        ...                   dict(type='mmmtl.DepthMetric', kind='metric', prefix='depth')])
    """

    default_prefix = 'multi_task'
    score_directions = {'delta_m': 'higher', 'delta_m_metrics': 'lower', 'delta_m/<task>': 'higher'}

    def __init__(self,
                 task_metrics: Mapping | BaseMetric | Sequence,
                 baseline: str | Mapping[str, float],
                 directions: Mapping[str, str] | None = None,
                 prefix: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        self.evaluator = Evaluator(task_metrics)
        where = baseline if isinstance(baseline, str) else 'baseline'
        self.baseline = dict(baseline) if isinstance(baseline, Mapping) else read_baseline(baseline)
        self.directions = dict(directions or {})
        try:
            check_baseline(self.baseline, self.directions)
        except (KeyError, ValueError) as error:
            raise type(error)(f'{type(self).__name__}, {where}: {error.args[0]}') from error
        prefixes = {metric.prefix or '' for metric in self.evaluator.metrics}
        strange = [key for key in self.baseline if not _has_prefix(key, prefixes)]
        if strange:
            raise KeyError(f'{type(self).__name__}, {where}: no metric gives {strange}; the '
                           f'metrics are of the tasks {sorted(prefixes)}. Take the keys out of '
                           'the baseline, or add the metrics to task_metrics')

    @property
    def dataset_meta(self) -> dict | None:
        """Meta information of the data set, which the metrics get too."""
        return self.evaluator.dataset_meta

    @dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict) -> None:
        self.evaluator.dataset_meta = dataset_meta

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Let each metric see the batch."""
        self.evaluator.process(data_samples, data_batch)

    def compute_metrics(self, results: dict[str, float]) -> dict[str, float]:
        """Δm from scores."""
        found = compute_delta_m(results, self.baseline, self.directions)
        return {'delta_m': found.over_tasks, 'delta_m_metrics': found.over_metrics,
                **{f'delta_m/{task}': gain for task, gain in found.gains.items() if task}}

    def evaluate(self, size: int) -> dict[str, float]:
        """Scores of the metrics, gathered from all ranks by themselves, and Δm of these."""
        scores = self.evaluator.evaluate(size)
        added = {f'{self.prefix}/{key}': value
                 for key, value in self.compute_metrics(scores).items()}
        gain, drop = added[f'{self.prefix}/delta_m'], added[f'{self.prefix}/delta_m_metrics']
        print_log(f'{type(self).__name__} ({self.prefix}): {gain:+.2f} % over tasks (higher is '
                  f'better), {drop:+.2f} % over metrics (lower is better)', 'current')
        return scores | added


def _has_prefix(key: str, prefixes: Collection[str]) -> bool:
    """Whether a key is of a metric with one of the prefixes, ``''`` among them or not."""
    return task_of(key) in prefixes or any(
        prefix and key.startswith(f'{prefix}/') for prefix in prefixes)
