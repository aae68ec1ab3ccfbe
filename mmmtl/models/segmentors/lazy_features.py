"""Features per task, of which only those that are asked for are computed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from torch import Tensor

from ..connected_zero import connected_zero


class LazyFeatures(dict):
    """A ``dict`` task → features that computes a task's features when they are looked up.

    A backbone (or neck) with parts of its own for each task returns one, so that a batch labelled
    for one task runs that task's parts only: the others take no time, and their batch
    normalisation does not see images that are not theirs. Looping over it computes all.

    The backbone says ``out_indices`` (or the neck ``num_outs``), since a segmentor that does not
    know how many maps there are would have to compute some to count them.

    Args:
        tasks: names of all tasks.
        compute: task → its features; called once a task.
        own: task → parameters that only its features depend on.
        shared: tensors that the features of every task depend on (parameters of the trunk).
    """

    def __init__(self,
                 tasks: Sequence[str],
                 compute: Callable[[str], Any],
                 own: Callable[[str], Iterable[Tensor]],
                 shared: Iterable[Tensor]) -> None:
        super().__init__()
        self.tasks = tuple(tasks)
        self._compute, self._own, self._shared = compute, own, shared
        self._anchor: Tensor | None = None

    def __missing__(self, task: str) -> Any:
        if task not in self.tasks:
            raise KeyError(f'there are no features of task {task!r}; tasks are {list(self.tasks)}')
        features = self[task] = self._compute(task)
        return features

    def zero(self, task: str, *more: Iterable[Tensor]) -> Tensor:
        """Zero with a gradient of zero for all that the task's features depend on, not computed.

        Args:
            task: one of the tasks.
            more: further tensors, such as the parameters of the task's head.
        """
        if self._anchor is None:  # one for all tasks, or the trunk would add up a zero for each
            self._anchor = connected_zero(self._shared)
        return connected_zero([self._anchor, *self._own(task), *(t for some in more for t in some)])

    def map(self, function: Callable[[Any], Any], parameters: Iterable[Tensor]) -> 'LazyFeatures':
        """The features of each task after a function that all share, likewise computed later.

        Args:
            function: a plain neck.
            parameters: its parameters.
        """
        return LazyFeatures(self.tasks, lambda task: function(self[task]), self._own,
                            [*self._shared, *parameters])

    # -- a dict of all tasks, also for those that were not asked for yet ------------------------
    def __contains__(self, task: object) -> bool:
        return task in self.tasks

    def __len__(self) -> int:
        return len(self.tasks)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tasks)

    def keys(self) -> tuple[str, ...]:
        """All tasks."""
        return self.tasks

    def values(self) -> Iterator[Any]:
        """The features of all tasks, computed one by one."""
        return (self[task] for task in self.tasks)

    def items(self) -> Iterator[tuple[str, Any]]:
        """All tasks and their features, computed one by one."""
        return ((task, self[task]) for task in self.tasks)

    def get(self, task: str, default: Any = None) -> Any:
        """Features of a task, or the default for a name that is no task."""
        return self[task] if task in self.tasks else default
