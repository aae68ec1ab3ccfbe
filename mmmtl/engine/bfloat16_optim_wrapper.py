"""Mixed precision in bfloat16, which needs no gradient scaler and runs on CPUs too."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.optim import OptimWrapper
from mmengine.runner.amp import autocast
from torch import nn

from mmmtl.balancing.optim_wrapper import BalancingMixin
from mmmtl.registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class BFloat16OptimWrapper(OptimWrapper):
    """mmengine's ``OptimWrapper`` with the forward pass under bfloat16 autocast.

    Parameters, gradients and optimizer state stay float32. bfloat16 has float32's exponents, so
    that gradients do not underflow and no ``GradScaler`` is there, unlike in mmengine's
    ``AmpOptimWrapper``, which refuses to run without an accelerator. ``tools/train.py --amp``
    takes this wrapper on CPUs. It pays where the processor computes in bfloat16 (``lscpu`` names
    ``amx_bf16`` or ``avx512_bf16``); others imitate it, slower than float32.

    Args: see mmengine's ``OptimWrapper``.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """See mmengine; what runs within is autocast."""
        with super().optim_context(model), autocast(dtype=torch.bfloat16):
            yield


@OPTIM_WRAPPERS.register_module()
class BFloat16MultiTaskOptimWrapper(BalancingMixin, BFloat16OptimWrapper):
    """:class:`BFloat16OptimWrapper` with a gradient per task; see :class:`BalancingMixin`."""
