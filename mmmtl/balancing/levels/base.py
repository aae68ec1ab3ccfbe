"""What all levels have in common."""

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import is_main_process
from mmengine.logging import print_log
from torch import Tensor, nn

from ..base import Combination, Rows
from ..handover import TaskLosses
from ..reach import Reach
from ..reduction import average, average_all, union
from ..task_gradients import gradients_of


class Level(metaclass=ABCMeta):
    """Collects gradients of the tasks over the (micro-)steps of an update, and writes ``.grad``.

    Args:
        tasks: their names.
        names: of the trainable parameters.
        parameters: in the same order.

    Attributes:
        ends_at_features: whether only :meth:`write` takes the gradients of the trunk.
    """

    ends_at_features = False

    def __init__(self, tasks: Sequence[str], names: Sequence[str],
                 parameters: Sequence[nn.Parameter]) -> None:
        self.tasks, self.names, self.parameters = list(tasks), list(names), list(parameters)
        self._reentrant: bool | None = None
        self.clear()

    def clear(self) -> None:
        """Forget the gradients of this update."""
        self._slots: list[int] = []
        self._losses: Tensor | None = None
        self._labelled = [0.0] * len(self.tasks)
        self._specific: dict[tuple[int, int], Tensor] = {}

    def add(self, losses: TaskLosses, factor: float, scale: Tensor | float) -> None:
        """Differentiate the losses of one forward pass.

        Args:
            losses: as the model handed them over.
            factor: of all losses, for the mean over micro-steps.
            scale: of the gradients, against underflow in half precision.
        """
        missing = [name for name in self.tasks if name not in losses.terms]
        if missing:
            raise KeyError(f'the model handed over no loss of the task(s) {missing}')
        terms = [losses.terms[name] * factor for name in self.tasks]
        present = [k for k, name in enumerate(self.tasks) if name in losses.present]
        values = torch.stack([term.detach().double() for term in terms])
        self._losses = values if self._losses is None else self._losses + values
        for k in present:
            self._labelled[k] += factor
        self._slots += [k for k in present if k not in self._slots]
        self._differentiate([term * scale for term in terms], present, losses)

    @property
    def pending(self) -> bool:
        """Whether there are gradients of some, but not yet of all micro-steps of an update."""
        return self._losses is not None

    @abstractmethod
    def _differentiate(self, terms: list[Tensor], present: list[int], losses: TaskLosses) -> None:
        """Take the gradients of the tasks that are present."""

    @abstractmethod
    def reduce(self, scale: float) -> Rows:
        """Rows of the update, averaged over ranks, with the scale taken out.

        Every rank calls this at every update; rows are in the order of the tasks.
        """

    @abstractmethod
    def write(self, combination: Combination, scale: float) -> None:
        """Set ``.grad`` of all parameters, times the scale.

        Args:
            combination: of rows of :meth:`reduce`, which may lack some.
            scale: as for :meth:`add`.
        """

    def with_jacobian(self, rows: Rows, scale: float) -> Rows:
        """The rows with their Jacobian, for methods that need each number of it."""
        return rows

    def zero_gradient(self, rows: Rows) -> Tensor | None:
        """(P,) what every method makes of zeros; None where weights are enough."""
        return None

    # -- shared by the levels -----------------------------------------------------------------
    def _add_specific(self, task: int, positions: Sequence[int],
                      gradients: Sequence[Tensor | None]) -> None:
        for i, gradient in zip(positions, gradients, strict=True):
            if gradient is not None:
                key = (task, i)
                self._specific[key] = (
                    self._specific[key] + gradient if key in self._specific else gradient)

    def _mean_losses(self, *flags: bool) -> tuple[Tensor, list[bool]]:
        """Losses of the present tasks averaged over ranks, and whether any rank has a flag.

        Each is the mean over the micro-steps that had labels, as a task's loss is one over the
        ranks that have some.
        """
        own = self._losses.new_tensor([float(flag) for flag in flags])
        values = average(torch.cat([own, self._losses]))
        found = [value > 0 for value in values[:len(flags)].tolist()] if flags else []
        self._slots.sort()
        share = values.new_tensor([self._labelled[k] for k in self._slots])
        return values[len(flags):][self._slots] / share, found

    def head_norms(self, tasks: Sequence[int]) -> Tensor:
        """(T,) sums of the norms of task-specific gradients; not finite if one of them is not."""
        device = self.parameters[0].device
        sums = torch.zeros(len(tasks), dtype=torch.float64, device=device)
        for row, task in enumerate(tasks):
            own = [g for (k, _), g in self._specific.items() if k == task]
            if own:
                sums[row] = torch.stack(torch._foreach_norm(own)).double().sum()
        return sums

    def grad_norm(self) -> Tensor:
        """Sum of the norms of ``.grad``; not finite if any part is not."""
        grads = [p.grad for p in self.parameters if p.grad is not None]
        return torch.stack(torch._foreach_norm(grads)).double().sum()

    def _write_specific(self, positions_of: Sequence[Sequence[int]],
                        head_weights: Mapping[int, float] | None) -> None:
        """Each task's own gradients; zeros where a task has no labels, as a loss of zero gives."""
        by_task = dict.fromkeys(self._slots, 1.0) if head_weights is None else head_weights
        for task, positions in enumerate(positions_of):
            for i in positions:
                parameter = self.parameters[i]
                gradient = self._specific.get((task, i)) if task in by_task else None
                if gradient is None:
                    gradient = torch.zeros_like(parameter)
                elif by_task[task] != 1.0:
                    gradient = gradient * by_task[task]
                parameter.grad = (
                    gradient if parameter.grad is None else parameter.grad + gradient)

    def _average_grads(self) -> None:
        """Average ``.grad`` of all parameters over ranks, of which some may lack one."""
        there = union(torch.tensor([p.grad is not None for p in self.parameters]))
        parameters = [p for p, flag in zip(self.parameters, there.tolist(), strict=True) if flag]
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        average_all([parameter.grad for parameter in parameters])

    def _find_reach(self, terms: list[Tensor]) -> tuple[Tensor, list[Reach], bool]:
        """(T, N) whether a loss reaches a parameter on any rank; the walks; whether compiled."""
        walks = [Reach(term) for term in terms]
        flags = union(torch.tensor([any(walk.hidden for walk in walks),
                                    any(walk.compiled for walk in walks)]))
        self._reentrant, compiled = flags.tolist()
        if self._reentrant:  # the graph does not show all; so try
            found = [[g is not None for g in gradients_of(term, self.parameters, True, True)]
                     for term in terms]
        else:
            found = [[id(p) in walk.depth for p in self.parameters] for walk in walks]
        return union(torch.tensor(found)), walks, compiled


def say(text: str) -> None:
    """Log on the first rank."""
    if is_main_process():
        print_log(text, logger='current')
