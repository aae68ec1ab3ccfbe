"""The config of one task alone, from that of several."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.config import Config
from mmseg.evaluation import IoUMetric

from mmmtl.evaluation import DecathlonMetric
from mmmtl.models.segmentors.task_config import class_of, complete_head_cfg
from mmmtl.registry import METRICS

from .balancer_of import set_balancer
from .methods import EQUAL
from .tasks import tasks_of

_SEMANTICS = 'pred_sem_seg'


def single_task_config(cfg: Config, task: str) -> Config:
    """A copy of the config with one head, its metrics, and a weight of 1.

    A task head becomes ``decode_head``, built as it is beside the others; auxiliary heads stay
    with the task of the config's ``decode_head``. Backbone, neck, data, schedule stay.

    Raises:
        KeyError: there is no such task.
        ValueError: no metric scores it.
    """
    tasks = tasks_of(cfg.model)
    if task not in tasks:
        raise KeyError(f'there is no task {task!r}; the tasks are {tasks}')
    cfg = copy.deepcopy(cfg)
    model = cfg.model
    if task != tasks[0]:
        model['decode_head'] = complete_head_cfg(task, model.task_heads[task], model.decode_head)
        model['auxiliary_head'] = None
        model.pop('num_stages', None)
    model['decode_task'] = task
    model['task_heads'] = {}
    for part in ('backbone', 'neck'):
        if model.get(part):
            model[part].pop('tasks', None)  # of features per task; the segmentor fills in this one
    model['loss_weighting'] = dict(EQUAL)
    model['instance_clustering'] = None
    if 'unlabelled_tasks' in model:
        model['unlabelled_tasks'] = [name for name in model.unlabelled_tasks if name == task]
    set_balancer(cfg, None)
    head = model.decode_head
    pred_field = (f"pred_{head['field']}" if 'field' in head else  # an image-level task
                  getattr(class_of(head), 'pred_field', _SEMANTICS))
    for key in ('val_evaluator', 'test_evaluator'):
        if cfg.get(key):
            cfg[key] = metrics_of(cfg[key], pred_field, task)
    return cfg


def metrics_of(evaluator: Any, pred_field: str, task: str) -> list[dict]:
    """Configs of the metrics that score one prediction field and nothing else.

    Raises:
        ValueError: there is none.
    """
    metrics = flat_metrics(evaluator)
    kept = [metric for metric in metrics if _scored_field(metric) == pred_field]
    if not kept:
        names = [metric.get('type') for metric in metrics]
        if any(METRICS.get(name) is DecathlonMetric for name in names):
            raise ValueError(
                f'task {task!r} has no score of its own: a DecathlonMetric scores all domains '
                'together. Give val_evaluator and test_evaluator one metric per task, '
                f"dict(type='mmmtl.ImageClassificationMetric', field={task!r}, prefix={task!r})")
        raise ValueError(f'task {task!r} predicts {pred_field}, which none of the metrics {names} '
                         'scores; add its metric to val_evaluator')
    return kept


def flat_metrics(evaluator: Any) -> list[dict]:
    """Configs of an evaluator's metrics, those within a ``DeltaM`` or a custom evaluator too."""
    if isinstance(evaluator, Mapping):
        for key in ('task_metrics', 'metrics'):
            if key in evaluator:
                return flat_metrics(evaluator[key])
        return [dict(evaluator)]
    found: Sequence = evaluator or ()
    return [metric for entry in found for metric in flat_metrics(entry)]


def _scored_field(metric: dict) -> str | None:
    built = METRICS.build(copy.deepcopy(metric))
    default = _SEMANTICS if isinstance(built, IoUMetric) else None
    return getattr(built, 'pred_field', default)
