"""Reading a multi-task config: which task has which head, and is that possible."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from mmseg.models import SegDataPreProcessor
from torch import nn

from mmmtl.registry import MODELS, WEIGHTINGS
from mmmtl.utils.did_you_mean import did_you_mean
from mmmtl.weighting import BaseLossWeighting

from ..data_preprocessor import MultiTaskDataPreProcessor
from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.base_task_head import BaseTaskHead
from ..tasks import Task

# Characters and words that log keys, metric prefixes and module names give a meaning to.
_FORBIDDEN = ('loss', '/', '.', ' ')
_CONTAINERS = (nn.ModuleDict(), nn.ParameterDict())


def check_task_names(decode_task: str, task_heads: Mapping[str, dict]) -> None:
    """Refuse names that cannot be told apart, or that a log would misread.

    Raises:
        ValueError: naming the task and the rule.
    """
    if decode_task in task_heads:
        raise ValueError(
            f'two heads are called {decode_task!r}: decode_head (decode_task={decode_task!r}) and '
            f'task_heads[{decode_task!r}]; rename one')
    for name in (decode_task, *task_heads):
        for part in _FORBIDDEN:
            if part in name:
                reason = ('mmengine sums every log key that contains "loss"' if part == 'loss' else
                          'it stands in log keys, metric prefixes and module names')
                raise ValueError(f'task name {name!r} must not contain {part!r}: {reason}')
        if any(hasattr(container, name) for container in _CONTAINERS):
            raise ValueError(
                f'no task can be called {name!r}: heads and log-variances are kept under the names '
                f'of their tasks in torch modules, which have an attribute {name!r} of their own; '
                f"rename it, for example 'my_{name}'")


def check_unlabelled(unlabelled: Sequence[str], tasks: Sequence[str],
                     taken_away: Sequence[str] = ()) -> None:
    """Refuse names in ``unlabelled_tasks`` that no head has.

    Args:
        unlabelled: ``unlabelled_tasks`` as given.
        tasks: names of the heads.
        taken_away: tasks of a base config that were set to ``None``, of which it may speak.

    Raises:
        ValueError: with the known names.
    """
    if isinstance(unlabelled, str):
        raise ValueError(f'unlabelled_tasks is a list of tasks, such as [{unlabelled!r}], not the '
                         f'text {unlabelled!r}')
    for name in unlabelled:
        if name not in (*tasks, *taken_away):
            raise ValueError(f'unlabelled_tasks names {name!r}, but there is no such head; '
                             f'{did_you_mean(name, tasks)}the tasks are {list(tasks)}')


def names_of_tasks(decode_task: str | None, decode_head: Any,
                   task_heads: Mapping[str, dict]) -> list[str]:
    """Names of all tasks before a head is built, ``decode_head``'s first.

    Args:
        decode_task: as given to the segmentor, or ``None``.
        decode_head: its config (or the list of a cascade).
        task_heads: configs of the others.
    """
    cls = class_of(decode_head)
    if not decode_task and cls is not None:
        decode_task = decode_head.get('field') or getattr(cls, 'default_task', None)
    return [decode_task or 'semantic', *task_heads]


def complete_tasks(cfg: Any, tasks: Sequence[str]) -> Any:
    """Tell a backbone or neck that gives features per task (``features_per_task``) their names.

    Args:
        cfg: its config, or ``None``.
        tasks: names of the heads.

    Returns:
        The config with ``tasks``, unless it has some or needs none.

    Raises:
        ValueError: it names other tasks than the heads.
    """
    if not isinstance(cfg, Mapping) or 'type' not in cfg:
        return cfg
    cls = class_of(cfg)
    if not getattr(cls, 'features_per_task', False):
        return cfg
    if set(cfg.get('tasks') or tasks) != set(tasks):
        raise ValueError(f'{cls.__name__} has tasks={list(cfg["tasks"])}, but the heads are of '
                         f'{list(tasks)}; leave `tasks` out, the segmentor fills them in')
    if not cfg.get('tasks'):
        cfg = copy.copy(cfg)  # a ConfigDict stays one: mmseg writes attributes into it
        cfg['tasks'] = list(tasks)
    return cfg


def class_of(cfg: Any) -> type | None:
    """The class that a config of one module names; none of a cascade's list."""
    if not isinstance(cfg, Mapping):
        return None
    named = cfg.get('type')
    return MODELS.get(named) if isinstance(named, str) else named


def check_preprocessor(preprocessor: nn.Module) -> None:
    """Refuse mmseg's own preprocessor, which pads depth with 255 and other targets not at all."""
    if isinstance(preprocessor, SegDataPreProcessor) and not isinstance(
            preprocessor, MultiTaskDataPreProcessor):
        raise ValueError(
            f'{type(preprocessor).__name__} pads depth with 255 and vectors not at all; set '
            "model=dict(data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'))")


def complete_head_cfg(name: str, head: Mapping[str, Any], decode_head: Any,
                      others: Sequence[str] = ()) -> dict:
    """Give a task head that names no architecture that of ``decode_head``.

    Args:
        name: the task.
        head: config of the task head; ``body`` may be missing, or hold options without a type.
            An image-level head needs none; its ``field`` is the task's name by default.
        decode_head: config of the decode head (or the list of a cascade).
        others: names of the other tasks, which a misspelt name may mean.

    Returns:
        The complete config.

    Raises:
        KeyError: there is no type.
        ValueError: the class is no task head, or the body cannot be completed.
    """
    if 'type' not in head:
        raise KeyError(f'task_heads[{name!r}] has no type; {did_you_mean(name, others)}A new head '
                       "needs one, for example dict(type='mmmtl.InverseDepthHead')")
    cls = MODELS.get(head['type']) if isinstance(head['type'], str) else head['type']
    if cls is not None and issubclass(cls, BaseImageHead):
        return {'field': name, **copy.deepcopy(dict(head))}
    if cls is not None and not issubclass(cls, BaseTaskHead):
        raise ValueError(
            f'task_heads[{name!r}] is a {cls.__name__}, which is no task head. A decode head '
            "serves a task as its body: dict(type='mmmtl.SemanticHead', num_classes=..., "
            'body=dict(type=...)); semantics may also stand as decode_head')
    head = dict(copy.deepcopy(head))
    body = head.get('body')
    if isinstance(body, Mapping) and 'type' in body or isinstance(body, list | tuple):
        return head
    host = decode_head
    if isinstance(host, Mapping) and 'body' in host:  # decode_head is itself a task head
        host = host['body']
    if body:
        if not isinstance(host, Mapping):
            raise ValueError(
                f'task_heads[{name!r}].body has no type, and decode_head is a cascade, which has '
                'no single option to change; give the body a type')
        head['body'] = {**copy.deepcopy(dict(host)), **body}
    else:
        head['body'] = copy.deepcopy(host)
    return head


def check_heads(tasks: Mapping[str, Task]) -> None:
    """Refuse heads that would write over each other, or train each other's task.

    Raises:
        ValueError: naming the tasks.
    """
    fields: dict[str, str] = {}
    for name, task in tasks.items():
        field = task.pred_field
        if field in fields:
            raise ValueError(f'tasks {fields[field]!r} and {name!r} both predict {field}; one '
                             'would overwrite the other. Remove one head, or give it a class '
                             'with a pred_field of its own')
        fields[field] = name
    for name, task in tasks.items():
        strange = [type(one.head).__name__ for one in task.auxiliary
                   if one.of_host and task.target_field != one.target_field]
        if strange:
            raise ValueError(
                f'auxiliary head(s) {strange} are semantic, but decode_head is of task '
                f'{name!r}, to which auxiliary losses are added; remove them '
                '(auxiliary_head=None) or give task heads')


def build_weighting(cfg: Mapping[str, Any] | None,
                    tasks: Mapping[str, Task]) -> BaseLossWeighting:
    """Build the loss weighting for these tasks; equal weights without a config.

    Raises:
        KeyError: if the config names other tasks.
    """
    kinds = {name: task.kind for name, task in tasks.items()}
    weighting = WEIGHTINGS.build(
        cfg or dict(type='FixedWeighting'), default_args=dict(tasks=kinds))
    if set(weighting.tasks) != set(tasks):
        raise KeyError(f'loss_weighting names the tasks {list(weighting.tasks)}, but the heads are '
                       f'of {list(tasks)}; leave its `tasks` out, the segmentor fills them in')
    return weighting
