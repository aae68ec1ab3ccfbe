"""Do the evaluators score what the model predicts?"""

import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from mmengine.logging import print_log
from torch import nn

from mmmtl.apis.metric_remedy import remedy_for
from mmmtl.evaluation.metrics.pixel_metric import PixelMetric
from mmmtl.models.tasks import tasks_of
from mmmtl.registry import METRICS
from mmmtl.utils.unwrap import unwrap

_Scored = tuple[str, str | None, str, Mapping]  # see _scored


def check_evaluators(model: nn.Module, evaluators: Mapping[str, Any]) -> None:
    """Refuse a metric of a task without a head, before it stops a run at its first validation.

    A metric whose prefix is not the name of the task that it scores is warned of, unless another
    one of that evaluator has the right name: ``save_best``, :class:`DeltaM` and tables look for
    ``<task>/<score>``.

    Args:
        model: the runner's model; only our segmentor is looked at.
        evaluators: configs of evaluators by key: one metric, several, or ``None``.

    Raises:
        KeyError: naming the evaluator, the metric and what the model predicts.
    """
    model = unwrap(model)
    heads = getattr(model, 'heads', None)
    if heads is None:
        return
    task_of = {task.pred_field: name for name, task in tasks_of(heads).items()}
    predicted = {*task_of, *_of_clustering(getattr(model, 'instance_clustering', None))}
    warnings: set[str] = set()
    for key, metrics in evaluators.items():
        scored = list(_scored(metrics))
        for field, _, name, cfg in scored:
            if field not in predicted:
                raise KeyError(
                    f'{key} has {name}, which scores {field}, but the heads predict '
                    f'{sorted(predicted)}. '
                    + remedy_for(cfg, field, predicted, key, METRICS.build))
        warnings.update(_misnamed(key, scored, task_of, heads))
    for warning in sorted(warnings):
        print_log(warning, logger='current', level=logging.WARNING)


def _of_clustering(clustering: Any) -> set[str]:
    if clustering is None:
        return set()
    panoptic = {'pred_panoptic_map'} if getattr(clustering, 'panoptic', True) else set()
    return {'pred_instance_map'} | panoptic


def _misnamed(key: str, scored: Sequence[_Scored], task_of: Mapping[str, str],
              heads: Container[str]) -> Iterable[str]:
    """Warnings of metrics with another prefix than the name of the task that they score."""
    named = {field for field, prefix, *_ in scored if prefix == task_of.get(field)}
    for field, prefix, name, _ in scored:
        task = task_of.get(field)
        own = prefix not in heads and (field in named or field == f'pred_{prefix}')
        if prefix and task not in (None, prefix) and not own:
            yield (f'{key} has {name} (prefix={prefix!r}), but {field}, which it scores, is '
                   f'predicted by task {task!r}: its scores will be called {prefix}/…. '
                   f'Write prefix={task!r}')


def _scored(metrics: Any) -> Iterable[_Scored]:
    """Fields that our metrics in an evaluator's config read, their prefixes, names, configs."""
    if isinstance(metrics, Mapping):
        metrics = [metrics]
    for cfg in metrics if isinstance(metrics, Sequence) else ():
        if 'task_metrics' in cfg:  # DeltaM
            yield from _scored(cfg['task_metrics'])
        cls = METRICS.get(cfg['type']) if isinstance(cfg.get('type'), str) else None
        # mmseg's own metrics have no pred_field
        if isinstance(cls, type) and (issubclass(cls, PixelMetric) or hasattr(cls, 'pred_field')):
            metric = METRICS.build(dict(cfg))
            name = f'{cls.__name__} of task {metric.prefix!r}'
            yield metric.pred_field, metric.prefix, name, cfg
