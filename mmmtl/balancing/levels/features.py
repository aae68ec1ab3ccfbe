"""``level='features'``: gradients at the shared representation, one backward pass of the trunk."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..base import Combination, Rows
from ..handover import Tap, TaskLosses
from ..reduction import total
from ..shared_parameters import summary
from ..task_gradients import gradients_of
from .base import Level, say


class FeaturesLevel(Level):
    """The balancer sees the gradients of what the heads share instead of those of parameters.

    MGDA-UB's upper bound (Sener and Koltun, NeurIPS 2018) and its kin. Each rank has frames of
    its own, so the world's gradient is all ranks' side by side, and its Gramian the sum of
    theirs: ranks exchange T × T numbers and, as always, the gradient of all parameters.

    The graph is cut at the features. So a task's backward pass is its head's alone, whatever
    it differentiates for: all parameters, since a head may use one that it did not use before,
    or one of the trunk's, whose gradient is then the sum of both uses.
    """

    ends_at_features = True

    def __init__(self, tasks: Sequence[str], names: Sequence[str],
                 parameters: Sequence[nn.Parameter]) -> None:
        super().__init__(tasks, names, parameters)
        self._own: list[set[int]] | None = None

    def clear(self) -> None:
        """Forget the gradients, and the graph of the trunk."""
        super().clear()
        self._taps: tuple[Tap, ...] = ()
        self._rows: list[Tensor] = []

    def _differentiate(self, terms: list[Tensor], present: list[int], losses: TaskLosses) -> None:
        taps = losses.features
        if not taps:
            raise ValueError("level='features' needs shared features with a gradient. Either the "
                             'trunk is frozen, so that there is nothing to balance, or the model '
                             'does not call handover.cut')
        if self._own is None:
            self._find_heads(terms, taps)
        self._taps = taps
        inputs = [*(tap.leaf for tap in taps), *self.parameters]
        found: list[list[Tensor]] = []
        for k in present:
            gradients = gradients_of(terms[k], inputs, k != present[-1], self._reentrant)
            found.append([torch.zeros_like(tap.leaf) if g is None else g
                          for tap, g in zip(taps, gradients, strict=False)])
            reached = {i: g for i, g in enumerate(gradients[len(taps):]) if g is not None}
            self._own[k].update(reached)
            self._add_specific(k, list(reached), list(reached.values()))
        while found and found[0]:  # one (T, n) matrix a feature map, freeing what it is made of
            self._rows.insert(0, torch.stack([row.pop().flatten() for row in found]))

    def _find_heads(self, terms: list[Tensor], taps: Sequence[Tap]) -> None:
        reach, *_ = self._find_reach(terms)
        self._own = [set(torch.nonzero(row).flatten().tolist()) for row in reach]
        heads = ', '.join(f'{name} alone: {summary(self.names, sorted(own)) if own else "none"}'
                          for name, own in zip(self.tasks, self._own, strict=True))
        sizes = [tuple(tap.leaf.shape[1:]) for tap in taps]
        say(f'Gradient balancing at {len(taps)} shared feature map(s) of {sizes}; {heads}')

    def reduce(self, scale: float) -> Rows:
        """Gramian of the world's feature gradients."""
        losses, _ = self._mean_losses()
        if not self._slots:
            return Rows(losses.new_zeros(0, 0), (), losses=losses)
        gramian = sum(part @ part.T for part in map(_full, self._rows))
        world = total(torch.ones((), device=gramian.device, dtype=gramian.dtype))
        gramian = total(gramian) / (world * scale)**2
        return Rows(gramian, tuple(self._slots), losses=losses.to(gramian.device))

    def head_norms(self, tasks: Sequence[int]) -> Tensor:
        """Sums over ranks, whose gradients are not averaged yet: all ranks decide alike."""
        return total(super().head_norms(tasks))

    def with_jacobian(self, rows: Rows, scale: float) -> Rows:
        """The rows with this rank's feature gradients, for methods that need each number."""
        kept = [self._slots.index(k) for k in rows.tasks]
        jacobian = torch.cat([_full(part[kept]) for part in self._rows], dim=1) / scale
        return Rows(rows.gramian, rows.tasks, jacobian, rows.losses)

    def write(self, combination: Combination, scale: float) -> None:
        """Send the combined gradient through the trunk; average all gradients over ranks."""
        kept = [self._slots.index(k) for k in combination.rows.tasks]
        sources = [tap.source for tap in self._taps]
        weights = combination.weights
        if combination.gradient is None:
            combined = [weights.to(part.dtype) @ part[kept] if part.dtype.itemsize >= 4
                        else weights.float() @ part[kept].float() for part in self._rows]
        else:
            combined = (combination.gradient * scale).split([z.numel() for z in sources])
        for parameter in self.parameters:
            parameter.grad = None
        torch.autograd.backward(
            sources, [g.view_as(z).to(z.dtype) for g, z in zip(combined, sources, strict=True)])
        self._write_specific([sorted(own) for own in self._own], combination.head_weights)
        self._average_grads()


def _full(part: Tensor) -> Tensor:
    return part if part.dtype.itemsize >= 4 else part.float()
