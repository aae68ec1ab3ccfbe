"""Which tasks a model's config has."""

from collections.abc import Mapping
from typing import Any

from mmengine.config import ConfigDict

from mmmtl.apis.config import is_multi_task
from mmmtl.registry import MODELS


def tasks_of(model: ConfigDict) -> list[str]:
    """Names of the tasks of a segmentor's config, ``decode_head``'s first.

    Raises:
        ValueError: it is not our segmentor.
    """
    if not is_multi_task(model):
        raise ValueError(f"model.type is {model.get('type')!r}; methods of balancing work in a "
                         "'mmmtl.MultiTaskSegmentor'")
    first = model.get('decode_task') or getattr(
        class_of(model.decode_head), 'default_task', 'semantic')
    heads = model.get('task_heads') or {}
    return [first, *(name for name, head in heads.items() if head is not None)]


def class_of(head: Any) -> type | None:
    """The class of a head's config; none of a cascade's list."""
    if isinstance(head, Mapping):
        return MODELS.get(head['type']) if isinstance(head['type'], str) else head['type']
    return None
