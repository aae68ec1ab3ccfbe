"""Can a head give any real map? Its last layers are fitted to one, without training.

What a training reaches within some steps depends on the processor: sums rounded in another order
lead elsewhere within a hundred steps. A fit of few values in float64 does not.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.functional import jacobian
from torch.func import functional_call

from ..models.decode_heads.base_task_head import BaseTaskHead


def fit_error(head: BaseTaskHead,
              features: Any,
              target: Tensor,
              layers: Sequence[str],
              steps: int = 30) -> float:
    """Fit the map of a head to a target by some of its layers; the head itself stays as it is.

    Least squares by Levenberg and Marquardt, which is exact in one step where the map is affine
    in the parameters. The head is to be in evaluation mode, and everything in float64.

    Args:
        head: a dense task head.
        features: what its ``forward`` takes.
        target: (N, C, h, w) values at the size of the head's map; NaN is left out.
        layers: names of the modules of the head whose parameters are fitted.
        steps: the most steps to take or try.

    Returns:
        Root mean square error over that of the best constant of each channel: 0 where the target
        is reached, and 1 where the head can do no more than a constant.

    Raises:
        ValueError: if the layers have no parameters.
    """
    parameters = {name: value.detach() for name, value in head.named_parameters()
                  if name.startswith(tuple(f'{layer}.' for layer in layers))}
    if not parameters:
        names = [name for name, _ in head.named_modules()]
        raise ValueError(f'no parameters in layers {list(layers)} of {names}')
    known = target.isfinite()
    wanted = target[known]

    def residual(values: Tensor) -> Tensor:
        pieces = values.split([p.numel() for p in parameters.values()])
        placed = {name: piece.view_as(p)
                  for (name, p), piece in zip(parameters.items(), pieces, strict=True)}
        return functional_call(head, placed, (features, ))[known] - wanted

    values = torch.cat([p.flatten() for p in parameters.values()])
    values = _levenberg_marquardt(residual, values, steps)
    constant = target.nanmean(dim=(0, 2, 3), keepdim=True)
    error = residual(values).detach().norm() / (target - constant)[known].norm()
    return float(error)


def _levenberg_marquardt(residual: Callable[[Tensor], Tensor], values: Tensor,
                         steps: int) -> Tensor:
    """Values at which the norm of the residual is least, from the given ones downhill."""
    damping = least = 1e-12  # relative, so that the first step is all but an undamped one
    error = residual(values)
    start = error.norm()
    slope: Tensor | None = None
    for _ in range(steps):
        if slope is None:
            slope = jacobian(residual, values, vectorize=True)
            gram = slope @ slope.T  # of the values of the map, fewer than the parameters
            size = gram.diagonal().mean()
        if size == 0 or error.norm() < 1e-9 * start:  # nothing moves the map, or it is there
            break
        damped = gram + damping * size * torch.eye(len(gram), dtype=gram.dtype)
        step = slope.T @ torch.linalg.solve(damped, error)
        trial = residual(values - step)
        if trial.norm() < error.norm():
            values, error, slope, damping = values - step, trial, None, max(damping / 10, least)
        else:
            damping *= 10
    return values
