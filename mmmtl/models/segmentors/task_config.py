"""Reading a multi-task config: which task has which head, completed from the others."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from mmmtl.registry import MODELS, WEIGHTINGS
from mmmtl.utils.did_you_mean import did_you_mean
from mmmtl.weighting import BaseLossWeighting

from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.base_task_head import BaseTaskHead
from ..tasks import Task
from .build_named import build_named


def without_none(task_heads: Mapping[str, dict | None] | None
                 ) -> tuple[dict[str, dict], list[str]]:
    """Configs of the task heads there are, and names of those that were taken from a base config.

    Args:
        task_heads: as given to the segmentor.
    """
    given = task_heads or {}
    return ({name: head for name, head in given.items() if head is not None},
            [name for name, head in given.items() if head is None])


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


def build_task_heads(task_heads: Mapping[str, dict], decode_head: Any,
                     tasks: Sequence[str]) -> dict[str, nn.Module]:
    """The head of each further task.

    Args:
        task_heads: their configs.
        decode_head: config of the decode head (or the list of a cascade).
        tasks: names of all tasks.

    Raises:
        KeyError, ValueError: naming the task; see :func:`complete_head_cfg`.
    """
    return {
        name: build_named(f'task_heads[{name!r}]', complete_head_cfg(
            name, head, decode_head, [other for other in tasks if other != name]))
        for name, head in task_heads.items()}


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
