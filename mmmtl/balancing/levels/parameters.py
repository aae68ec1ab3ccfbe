"""``level='parameters'``: the whole Jacobian of the shared parameters, exact."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..base import Combination, Rows
from ..handover import TaskLosses
from ..reduction import average, average_all, union
from ..shared_parameters import Layout
from ..task_gradients import fill_row, gradients_of
from .base import Level, say


class ParametersLevel(Level):
    """One row of the Jacobian per task.

    In memory: T copies of the shared parameters' gradient, and one more while a task is
    differentiated or the result is written.

    Args:
        tasks: see :class:`Level`.
        names: see :class:`Level`.
        parameters: see :class:`Level`.
        shared: patterns of the parameters to balance; by default those that two or more tasks
            reach. What several tasks reach and is not balanced gets the sum of their gradients.
        never: parameters that are not balanced (a loss weighting's).
    """

    def __init__(self, tasks: Sequence[str], names: Sequence[str],
                 parameters: Sequence[nn.Parameter], shared: Sequence[str] | None = None,
                 never: Sequence[nn.Parameter] = ()) -> None:
        super().__init__(tasks, names, parameters)
        self._patterns, self._never = shared, list(never)
        self.layout: Layout | None = None
        self._jacobian: Tensor | None = None

    def clear(self) -> None:
        """Forget the gradients of this update; the memory of the Jacobian stays."""
        super().clear()
        self._filled: set[int] = set()
        self._unforeseen: dict[tuple[int, int], Tensor] = {}

    def _differentiate(self, terms: list[Tensor], present: list[int], losses: TaskLosses) -> None:
        if self.layout is None:
            self._lay_out(terms)
        layout = self.layout
        for k in present:
            gradients = gradients_of(
                terms[k], self.parameters, k != present[-1], self._reentrant)
            row = self._jacobian[self._slots.index(k)]
            fill_row(row, [gradients[i] for i in layout.shared], layout.sizes, k in self._filled)
            self._filled.add(k)
            own = layout.specific(k)
            self._add_specific(k, own, [gradients[i] for i in own])
            for i, gradient in enumerate(gradients):
                if gradient is not None and not layout.reaches(k, i):
                    self._unforeseen[k, i] = self._unforeseen.get((k, i), 0) + gradient
            del gradients, gradient  # or they would live on beside the next task's

    def _lay_out(self, terms: list[Tensor]) -> None:
        reach, _, compiled = self._find_reach(terms)
        self._set_layout(reach)
        of_weighting = {i for i, p in enumerate(self.parameters)
                        if any(p is other for other in self._never)}
        if compiled and not self._patterns and not all(
                set(self.layout.specific(k)) - of_weighting for k in range(len(self.tasks))):
            raise ValueError(
                'a compiled function hides which task reaches which parameter (what it contains '
                'is reached by all). '
                "Name what is shared, for example shared=['backbone', 'neck'], or compile the "
                'backbone only')
        say(f'Gradient balancing: {self.layout.describe()}')

    def _set_layout(self, reach: Tensor) -> None:
        self.layout = Layout(self.names, self.parameters, reach, self.tasks, self._patterns,
                             self._never)
        dtype = torch.float32
        for i in self.layout.shared:
            dtype = torch.promote_types(dtype, self.parameters[i].dtype)
        self._jacobian = torch.empty(
            len(self.tasks), self.layout.size, dtype=dtype, device=self.parameters[0].device)

    def reduce(self, scale: float) -> Rows:
        """Average the Jacobian and the task-specific gradients: no more bytes than T gradients."""
        count = len(self._slots)
        if self._slots != sorted(self._slots):  # a task that only a later micro-step had
            order = sorted(range(count), key=self._slots.__getitem__)
            self._jacobian[:count] = self._jacobian[order]
        losses, (unforeseen, ) = self._mean_losses(bool(self._unforeseen))
        if unforeseen:
            self._extend()
        jacobian = average(self._jacobian[:count])
        own = [(k, i) for k in self._slots for i in self.layout.specific(k)]
        for k, i in own:
            if (k, i) not in self._specific:
                self._specific[k, i] = torch.zeros_like(self.parameters[i])
        average_all([self._specific[key] for key in own])
        if scale != 1.0:
            jacobian.div_(scale)
        return Rows.of(jacobian, tasks=tuple(self._slots), losses=losses.to(jacobian.device))

    def _extend(self) -> None:
        """Lay out anew: on some rank a loss reached a parameter that it had not reached before.

        (A branch of the network that is not always taken.)
        """
        reach = self.layout.reach.clone()
        for k, i in self._unforeseen:
            reach[k, i] = True
        rows = []
        for slot, k in enumerate(self._slots):
            parts = self._jacobian[slot].clone().split(self.layout.sizes)
            row = dict(zip(self.layout.shared, parts, strict=True))
            row.update({i: g for (task, i), g in self._specific.items() if task == k})
            row.update({i: g for (task, i), g in self._unforeseen.items() if task == k})
            rows.append(row)
        self._specific.clear()
        self._set_layout(union(reach))
        for slot, (k, row) in enumerate(zip(self._slots, rows, strict=True)):
            fill_row(self._jacobian[slot], [row.get(i) for i in self.layout.shared],
                     self.layout.sizes, add=False)
            own = self.layout.specific(k)
            self._add_specific(k, own, [row.get(i) for i in own])

    def zero_gradient(self, rows: Rows) -> Tensor:
        """(P,) zeros."""
        return rows.gramian.new_zeros(self.layout.size)

    def write(self, combination: Combination, scale: float) -> None:
        """Set ``.grad``: views of the combined gradient, and the tasks' own gradients.

        What no task reaches keeps none, though `shared` may name it: optimizers pass over it.
        """
        gradient = combination.gradient
        if gradient is None:
            gradient = combination.weights @ combination.rows.jacobian
        if scale != 1.0:
            gradient.mul_(scale)
        for parameter in self.parameters:
            parameter.grad = None
        parts = gradient.split(self.layout.sizes)
        for i, part in zip(self.layout.shared, parts, strict=True):
            if i in self.layout.reached:
                parameter = self.parameters[i]
                parameter.grad = part.view_as(parameter).to(parameter.dtype)
        own = [self.layout.specific(k) for k in range(len(self.tasks))]
        self._write_specific(own, combination.head_weights)
