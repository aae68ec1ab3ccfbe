"""Equal weights."""

import torch
from torch import Tensor

from mmmtl.registry import BALANCERS

from .base import BaseBalancer, Rows


@BALANCERS.register_module()
class Sum(BaseBalancer):
    """``Σ_k g_k``: what a single backward of the summed losses gives."""

    def weights(self, rows: Rows) -> Tensor:
        """Ones."""
        return torch.ones_like(rows.gramian[0])


@BALANCERS.register_module()
class Mean(BaseBalancer):
    """``1/T Σ_k g_k`` over the tasks that have labels."""

    def weights(self, rows: Rows) -> Tensor:
        """``1/T``."""
        return torch.full_like(rows.gramian[0], 1 / len(rows.tasks))
