"""What a multi-task model refuses: names, preprocessors, and heads that do not go together."""

from collections.abc import Mapping, Sequence

from mmseg.models import SegDataPreProcessor
from torch import nn

from mmmtl.utils.did_you_mean import did_you_mean

from ..data_preprocessor import MultiTaskDataPreProcessor
from ..tasks import Task

# Characters and words that log keys, metric prefixes and module names give a meaning to.
_FORBIDDEN = ('loss', '/', '.', ' ')
_CONTAINERS = (nn.ModuleDict(), nn.ParameterDict())


def check_stages(num_stages: int | None, decode_head: Sequence[dict]) -> None:
    """Compare ``num_stages`` of a cascade's config with the heads that it has.

    Raises:
        ValueError: with both numbers.
    """
    if num_stages is not None and num_stages != len(decode_head):
        raise ValueError(f'num_stages is {num_stages}, but decode_head has '
                         f'{len(decode_head)} heads')


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


def check_preprocessor(preprocessor: nn.Module) -> None:
    """Refuse mmseg's own preprocessor, which pads depth with 255 and other targets not at all."""
    if isinstance(preprocessor, SegDataPreProcessor) and not isinstance(
            preprocessor, MultiTaskDataPreProcessor):
        raise ValueError(
            f'{type(preprocessor).__name__} pads depth with 255 and vectors not at all; set '
            "model=dict(data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'))")


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
