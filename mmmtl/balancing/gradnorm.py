"""Gradient normalisation."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from mmmtl.registry import BALANCERS

from .base import BaseBalancer, Rows

# Adam's momentum could carry a weight through zero, where its gradient would turn around and the
# task be unlearned; the paper does not say.
_FLOOR = 1e-3
_BETAS, _EPS = (0.9, 0.999), 1e-8


def weight_gradient(norms: Tensor, weights: Tensor, losses: Tensor, initial: Tensor,
                    alpha: float) -> Tensor:
    """Gradient of GradNorm's loss ``Σ_i |G_i − target_i|`` for the weights, target constant.

    ``G_i = w_i ‖∇L_i‖``, ``target_i = mean(G) · r_i^α``, ``r_i`` the loss ratio ``L_i / L_i(0)``
    over its mean. As the norm is linear in the weight, no second-order graph is needed.

    Args:
        norms: (T,) norms ``‖∇_W L_i‖`` of the unweighted losses' gradients.
        weights: (T,) ``w_i``, positive.
        losses: (T,) ``L_i``.
        initial: (T,) ``L_i(0)``.
        alpha: strength of the restoring force.
    """
    scaled = weights * norms
    ratio = losses / initial
    rate = torch.nan_to_num(ratio / ratio.mean(), nan=1.0, posinf=1.0)
    target = scaled.mean() * rate**alpha
    return torch.sign(scaled - target) * norms


@BALANCERS.register_module()
class GradNorm(BaseBalancer):
    """Chen et al., *GradNorm* (ICML 2018), Algorithm 1.

    Tasks learn at similar rates: weights w move until each task's gradient norm at the last
    shared layer is the mean norm times a power of the task's relative loss. The network's
    gradient ``Σ_i w_i ∇L_i``, of task-specific parameters too, has the weights of before the
    step; after it they are made to sum to the number of tasks.

    The last shared layer is found from the graph and printed, or named by ``layer``; of it the
    weights are looked at, the paper's W, and no biases. Without losses (called on a bare
    Jacobian) all tasks count as equally trained.

    A task without labels keeps its weight; the others share what it leaves of the sum.

    Args:
        alpha: strength of the restoring force; the paper's 1.5 is for tasks that differ, 0 asks
            for equal norms.
        lr: of the weights' own Adam.
        layer: name of the layer, such as ``'neck.fpn_convs.0'``, or patterns of its parameters'
            names. Biases, and what normalises, count only where one is named in full.
    """

    scales_heads = True
    at_layer = True

    def __init__(self, alpha: float = 1.5, lr: float = 0.025,
                 layer: str | Sequence[str] | None = None) -> None:
        super().__init__()
        if alpha < 0:
            raise ValueError(f'GradNorm: alpha must not be negative, got {alpha}')
        if lr <= 0:
            raise ValueError(f'GradNorm: lr must be positive, got {lr}')
        self.alpha, self.lr = alpha, lr
        self.layer = [layer] if isinstance(layer, str) else layer
        self._state: dict[str, Tensor] = {}

    def current(self) -> Tensor:
        """(T,) the weights, float64 on the CPU."""
        if not self._state:
            count = self.num_tasks
            zeros = torch.zeros(count, dtype=torch.float64)
            self._state = dict(
                weights=zeros + 1, initial=zeros + torch.nan, mean=zeros.clone(),
                square=zeros.clone(), steps=zeros.clone())
        return self._state['weights']

    def weights(self, rows: Rows) -> Tensor:
        """The weights of this step; then they move."""
        index = list(rows.tasks)
        weights = self.current()[index].to(rows.gramian)
        norms = rows.gramian.diagonal().sqrt().double().cpu()
        losses = torch.ones_like(norms) if rows.losses is None else rows.losses.double().cpu()
        self.see_losses(index, losses)
        self._move(index, norms, losses)
        return weights

    def see_losses(self, tasks: Sequence[int], losses: Tensor) -> None:
        """Keep each task's first loss above 0 as its L(0), whatever its gradient at the layer.

        Behind a normalisation whose weight begins at 0 that is zero in the first step.

        Raises:
            ValueError: for a negative loss.
        """
        if (losses < 0).any():
            raise ValueError('GradNorm compares losses with their first values, so they must not '
                             f'be negative; got {losses.tolist()}')
        self.current()
        index, losses = list(tasks), losses.double().cpu()
        initial = self._state['initial'][index]
        self._state['initial'][index] = torch.where(
            initial.isnan() & (losses > 0), losses, initial)

    def weights_of_idle(self, tasks: Sequence[int]) -> list[float]:
        """Those of all steps: they stay where they are."""
        return self.current()[list(tasks)].tolist()

    def _move(self, index: list[int], norms: Tensor, losses: Tensor) -> None:
        state = self._state
        weights = state['weights'][index]
        gradient = weight_gradient(norms, weights, losses, state['initial'][index], self.alpha)
        # Adam, only for the tasks that are there
        steps = state['steps'][index] + 1
        mean = torch.lerp(state['mean'][index], gradient, 1 - _BETAS[0])
        square = torch.lerp(state['square'][index], gradient**2, 1 - _BETAS[1])
        corrected = (square / (1 - _BETAS[1]**steps)).sqrt() + _EPS
        moved = (weights - self.lr * mean / (1 - _BETAS[0]**steps) / corrected).clamp(min=_FLOOR)
        state['steps'][index], state['mean'][index], state['square'][index] = steps, mean, square
        state['weights'][index] = moved * weights.sum() / moved.sum()

    def state_dict(self) -> dict[str, Any]:
        """Weights, first losses, and Adam's averages."""
        self.current()
        return {key: value.clone() for key, value in self._state.items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from :meth:`state_dict`.

        Raises:
            ValueError: if it is of another number of tasks.
        """
        count = len(state['weights'])
        if self.num_tasks not in (None, count):
            raise ValueError(f'GradNorm: the checkpoint has weights of {count} tasks, the model '
                             f'{self.num_tasks}')
        self.num_tasks = count
        self._state = {key: value.double().cpu().clone() for key, value in state.items()}
