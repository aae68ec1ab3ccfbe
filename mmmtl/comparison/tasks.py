"""Which tasks a model's config has."""

from mmengine.config import ConfigDict

from mmmtl.apis.config import is_multi_task
from mmmtl.models.segmentors.task_config import class_of, names_of_tasks


def tasks_of(model: ConfigDict) -> list[str]:
    """Names of the tasks of a segmentor's config, ``decode_head``'s first.

    Raises:
        ValueError: it is not our segmentor.
    """
    if not is_multi_task(model):
        raise ValueError(f"model.type is {model.get('type')!r}; methods of balancing work in a "
                         "'mmmtl.MultiTaskSegmentor'")
    heads = {name: head for name, head in (model.get('task_heads') or {}).items()
             if head is not None}
    return names_of_tasks(model.get('decode_task'), model.decode_head, heads)


def kinds_of(model: ConfigDict) -> dict[str, str]:
    """Kind of each task, ``'classification'`` or ``'regression'``, as its head's class says."""
    heads = [model.decode_head, *(model.get('task_heads') or {}).values()]
    classes = [class_of(head) for head in heads if head is not None]
    return {task: getattr(cls, 'kind', 'classification')
            for task, cls in zip(tasks_of(model), classes, strict=True)}
