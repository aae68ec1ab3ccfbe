"""What every gradient balancer has in common."""

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor


@dataclass
class Rows:
    """Gradients of the tasks that have labels in a step.

    Attributes:
        gramian: (T, T) inner products of the gradients.
        tasks: index of the task of each row, among all tasks.
        jacobian: (T, P) one gradient per row; None where only the Gramian is known (features).
        losses: (T,) loss of each task, averaged over ranks.
    """

    gramian: Tensor
    tasks: tuple[int, ...]
    jacobian: Tensor | None = None
    losses: Tensor | None = None

    @classmethod
    def of(cls, jacobian: Tensor, **others: Any) -> 'Rows':
        """Rows of a whole Jacobian."""
        return cls(gramian=jacobian @ jacobian.T, jacobian=jacobian, **others)

    def select(self, kept: Sequence[int]) -> 'Rows':
        """Only the rows at these positions, moved up in the memory of the Jacobian."""
        if len(kept) == len(self.tasks):
            return self
        index = torch.as_tensor(kept, dtype=torch.long, device=self.gramian.device)
        if self.jacobian is not None:
            for to, source in enumerate(kept):
                if to != source:
                    self.jacobian[to] = self.jacobian[source]
        return Rows(
            gramian=self.gramian[index][:, index],
            tasks=tuple(self.tasks[i] for i in kept),
            jacobian=None if self.jacobian is None else self.jacobian[:len(kept)],
            losses=None if self.losses is None else self.losses[index])


class Combination(NamedTuple):
    """What a balancer makes of the rows of an update.

    Attributes:
        rows: those that it has seen.
        weights: (T,) of a weighted method, one a row.
        gradient: (P,) of the others.
        head_weights: weight of each present task for its own parameters; 1 each if it is None.
    """

    rows: Rows
    weights: Tensor | None
    gradient: Tensor | None
    head_weights: Mapping[int, float] | None


class BaseBalancer(metaclass=ABCMeta):
    """Combines one gradient per task into the gradient of the shared parameters.

    A method is either *weighted* (the result is a weighted sum of the rows: :meth:`weights`) or
    works on the numbers of the whole Jacobian (:meth:`combine`).

    Attributes:
        weighted: whether :meth:`weights` gives weights.
        from_gramian: whether the Gramian alone is enough for them; ``level='features'`` needs it.
        scales_heads: whether the weights also scale the gradients of task-specific parameters.
        at_layer: whether the weights follow from the gradients of one layer (GradNorm).

    Example:
        >>> import torch
        >>> from mmmtl.registry import BALANCERS
        >>> combine = BALANCERS.build(dict(type='Sum'))
        >>> combine(torch.tensor([[1., 0.], [2., 3.]]))
        tensor([3., 3.])
    """

    weighted = True
    from_gramian = True
    scales_heads = False
    at_layer = False

    def __init__(self) -> None:
        self.num_tasks: int | None = None

    def bind(self, tasks: Sequence[str]) -> None:
        """Learn the tasks' names, and check the arguments against them.

        Raises:
            ValueError: if the method cannot balance so many tasks, or an argument does not fit.
        """
        if len(tasks) < 2:
            raise ValueError(f'{self.name}: there is nothing to balance with the task(s) '
                             f"{list(tasks)}; use optim_wrapper=dict(type='OptimWrapper')")
        self.num_tasks = len(tasks)

    def seed_draws(self, seed: int) -> None:  # noqa: B027 (most draw nothing)
        """Seed random orders and masks, unless the config or a checkpoint has done so.

        The wrapper gives the run's seed before the first update, alike on all ranks.
        """

    @property
    def name(self) -> str:
        """How a config calls the method."""
        return type(self).__name__

    def __call__(self, jacobian: Tensor, /, *, tasks: Sequence[int] | None = None,
                 losses: Tensor | None = None) -> Tensor:
        """Combine the rows of a Jacobian.

        Args:
            jacobian: (T, P) gradient of each task.
            tasks: index of the task of each row, where some tasks are missing; by default the
                rows are all tasks.
            losses: (T,) the tasks' losses, for methods that look at them (GradNorm).

        Returns:
            (P,) the combined gradient, of the Jacobian's type. Half precision is combined in
            single: solvers and decompositions know no other.
        """
        if jacobian.ndim != 2 or not jacobian.is_floating_point():
            raise ValueError(f'{self.name}: the Jacobian must be a (T, P) tensor of floats, got '
                             f'{tuple(jacobian.shape)} of {jacobian.dtype}')
        if self.num_tasks is None:
            self.num_tasks = len(jacobian) if tasks is None else max(tasks) + 1
        tasks = tuple(range(len(jacobian)) if tasks is None else tasks)
        exact = jacobian.detach().to(torch.promote_types(jacobian.dtype, torch.float32))
        rows = Rows.of(exact, tasks=tasks, losses=losses)
        return self.combine_rows(rows).to(jacobian.dtype)

    def combine_rows(self, rows: Rows) -> Tensor:
        """(P,) the combination of ``rows.jacobian``."""
        if self.weighted:
            return self.weights(rows) @ rows.jacobian
        return self.combine(rows)

    def see_losses(self, tasks: Sequence[int], losses: Tensor) -> None:  # noqa: B027 (most do not)
        """Look at the losses of a step, also of tasks whose gradient is zero.

        The wrapper calls it before :meth:`weights`, which gets no rows of zeros.

        Args:
            tasks: index of the task of each loss, among all tasks.
            losses: (T,) finite, averaged over ranks.
        """

    def weights_of_idle(self, tasks: Sequence[int]) -> list[float]:
        """Weights for what is specific to tasks whose row is zero, before :meth:`weights` moves.

        Asked of a method that scales heads: such a task may have a gradient there all the same.
        """
        return [1.0] * len(tasks)

    @abstractmethod
    def weights(self, rows: Rows) -> Tensor:
        """(T,) weights of the rows; state moves by one step."""

    def combine(self, rows: Rows) -> Tensor:
        """(P,) the combination, of a method that is not weighted."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """All that training needs to go on; tensors and plain Python values."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:  # noqa: B027 (most have none)
        """Go on from :meth:`state_dict`."""

