"""Class weights: numbers of a config as a tensor, and what a weighted mean of nothing is."""

from collections.abc import Sequence

import torch
from torch import Tensor


def class_weight_tensor(weights: Sequence[float] | Tensor | None, where: str) -> Tensor | None:
    """Weights as (C,) float64, whatever numbers the config has: ``[1, 10]`` is ``[1.0, 10.0]``.

    Args:
        weights: one number per class, finite and not negative; ``None`` for none.
        where: of which loss or head they are, for the message.

    Raises:
        ValueError: they are something else, with what was found.
    """
    if weights is None:
        return None
    try:
        if isinstance(weights, str):
            raise TypeError
        tensor = torch.as_tensor(weights, dtype=torch.float64, device='cpu').detach().clone()
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f'{where}: class_weight must be a list of one number per class, got '
                         f'{weights!r}') from None
    if tensor.ndim != 1 or not bool((tensor.isfinite() & (tensor >= 0)).all()):
        raise ValueError(f'{where}: class_weight must be a list of one number per class, each '
                         f'finite and not negative, got {weights!r}; 0 leaves a class out')
    return tensor
