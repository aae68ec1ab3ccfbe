"""Gradients at one shared layer, for methods that only look there (GradNorm)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..base import Combination, Rows
from ..gradnorm import GradNorm
from ..handover import TaskLosses
from ..reach import Reach
from ..reduction import agree, average
from ..shared_parameters import is_weight, match, weights_of
from ..task_gradients import fill_row, gradients_of
from .base import Level, say


class LayerLevel(Level):
    """Each task's gradient at the last shared layer, and one backward pass of the weighted sum.

    The weights of a step are known before it: GradNorm moves them afterwards.

    Args:
        tasks: see :class:`Level`.
        names: see :class:`Level`.
        parameters: see :class:`Level`.
        balancer: whose weights these are, and whose ``layer`` to look at; the last shared one if
            it is None.
    """

    def __init__(self, tasks: Sequence[str], names: Sequence[str],
                 parameters: Sequence[nn.Parameter], balancer: GradNorm) -> None:
        super().__init__(tasks, names, parameters)
        self._balancer = balancer
        self._layer: list[int] | None = None
        self._jacobian: Tensor | None = None
        self._own: list[list[int]] = []

    def clear(self) -> None:
        """Forget the gradients of this update."""
        super().clear()
        self._filled: set[int] = set()

    def _differentiate(self, terms: list[Tensor], present: list[int], losses: TaskLosses) -> None:
        if self._layer is None:
            self._find_layer(terms)
        inputs = self.parameters if self._reentrant else [
            self.parameters[i] for i in self._layer]
        where = self._layer if self._reentrant else range(len(self._layer))
        for k in present:
            gradients = gradients_of(terms[k], inputs, True, self._reentrant)
            row = self._jacobian[self._slots.index(k)]
            fill_row(row, [gradients[i] for i in where], self._sizes, k in self._filled)
            self._filled.add(k)
            del gradients
        weights = self._balancer.current().tolist()
        weighted = sum(weights[k] * terms[k] for k in present)
        if present and weighted.requires_grad:
            weighted.backward()

    def _find_layer(self, terms: list[Tensor]) -> None:
        reach, walks, _ = self._find_reach(terms)
        shared = torch.nonzero(reach.sum(dim=0) >= 2).flatten().tolist()
        if not shared:
            raise ValueError('no parameter is reached by two or more task losses, so GradNorm has '
                             'no shared layer; is the shared part frozen?')
        if self._balancer.layer is None:
            last = torch.tensor(self._last(shared, walks), device=self.parameters[0].device)
            module = self.names[int(agree(last))].rpartition('.')[0]
            self._layer = weights_of(self.names, self.parameters, [
                i for i in shared if self.names[i].rpartition('.')[0] == module])
        else:
            self._layer = self._named(reach)
        self._sizes = [self.parameters[i].numel() for i in self._layer]
        self._jacobian = torch.empty(
            len(self.tasks), sum(self._sizes), device=self.parameters[0].device,
            dtype=torch.promote_types(torch.float32, self.parameters[self._layer[0]].dtype))
        self._own = [torch.nonzero(row).flatten().tolist() for row in reach]
        say(f'GradNorm looks at the layer {[self.names[i] for i in self._layer]}')

    def _named(self, reach: Tensor) -> list[int]:
        patterns = self._balancer.layer
        layer = weights_of(self.names, self.parameters,
                           match(self.names, patterns, 'GradNorm: layer'), kept=patterns)
        reaching = [task for task, row in zip(self.tasks, reach[:, layer], strict=True)
                    if row.any()]
        if len(reaching) < 2:
            raise ValueError(
                f'GradNorm: layer={patterns} is {[self.names[i] for i in layer]}, which the losses '
                f'of {reaching or "no task"} reach; name one that two or more tasks share, or '
                'leave layer out')
        return layer

    def _last(self, shared: Sequence[int], walks: Sequence[Reach]) -> int:
        """The shared weight that is nearest to the loss that it is furthest from."""
        def distance(i: int) -> tuple:
            depths = [walk.depth.get(id(self.parameters[i])) for walk in walks]
            reaching = [depth for depth in depths if depth is not None]
            return (not self._is_weight(i), -len(reaching), max(reaching, default=0), i)

        if self._reentrant:  # the graph does not show depths: the last in the model's order
            return max(shared, key=lambda i: (self._is_weight(i), i))
        return min(shared, key=distance)

    def _is_weight(self, i: int) -> bool:
        return is_weight(self.names[i], self.parameters[i])

    def reduce(self, scale: float) -> Rows:
        """Average the layer's Jacobian, and the gradient of all parameters."""
        count = len(self._slots)
        if self._slots != sorted(self._slots):
            order = sorted(range(count), key=self._slots.__getitem__)
            self._jacobian[:count] = self._jacobian[order]
        losses, _ = self._mean_losses()
        jacobian = average(self._jacobian[:count])
        self._average_grads()
        if scale != 1.0:
            jacobian.div_(scale)
        return Rows.of(jacobian, tasks=tuple(self._slots), losses=losses.to(jacobian.device))

    def head_norms(self, tasks: Sequence[int]) -> Tensor:
        """Norm of the whole gradient, which is not finite if any part is not."""
        return self.grad_norm().expand(len(tasks))

    def write(self, combination: Combination, scale: float) -> None:
        """Zeros for what only absent tasks reach; all else is there."""
        for k in set(range(len(self.tasks))) - set(self._slots):
            for i in self._own[k]:
                if self.parameters[i].grad is None:
                    self.parameters[i].grad = torch.zeros_like(self.parameters[i])
