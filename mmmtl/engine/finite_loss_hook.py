"""Losses that are NaN or infinite, where no gradient balancer looks at them."""

from collections.abc import Mapping
from typing import Any, Literal

import torch
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.optim import Optimizer

from mmmtl.balancing.optim_wrapper import BalancingMixin
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap

_OPTIONS = ('raise', 'skip')


@HOOKS.register_module()
class FiniteLossHook(Hook):
    """Stops a run, or leaves out the update, when a task's loss is NaN or infinite.

    Task and step are named, and all ranks do the same, whichever of them had the loss. An update
    left out moves nothing of the optimizer: no momentum, no weight decay, no step count. With
    accumulated gradients it is the whole update, since the gradients before are in the same sum.
    Statistics of normalisation layers have seen the batch.

    ``tools/train.py`` adds this hook, with ``'raise'``, to runs of our segmentor; for ``'skip'``
    a config names it itself. A wrapper with a balancer has its own option ``non_finite``, and
    this hook rests. Overflows of a gradient scaler come from finite losses: they are its business.

    Args:
        non_finite: ``'raise'`` a ``FloatingPointError``, or ``'skip'`` the update.

    Attributes:
        num_skipped: updates left out so far in this process.
    """

    def __init__(self, non_finite: Literal['raise', 'skip'] = 'raise') -> None:
        if non_finite not in _OPTIONS:
            raise ValueError(f'FiniteLossHook: non_finite must be one of {_OPTIONS}, got '
                             f'{non_finite!r}')
        self.non_finite = non_finite
        self.num_skipped = 0
        self._found: dict[str, Tensor] = {}
        self._handles: list[Any] = []

    def before_train(self, runner: Runner) -> None:
        """Look at each forward pass, and be there before each step of the optimizer.

        Raises:
            ValueError: for ``'skip'`` with an optimizer wrapper that is not mmengine's or ours.
        """
        wrapper = runner.optim_wrapper
        if isinstance(wrapper, BalancingMixin):
            return
        model = unwrap(runner.model)
        self._runner = runner
        self._handles.append(model.register_forward_hook(self._look))
        if isinstance(wrapper, OptimWrapper):
            self._handles.append(wrapper.optimizer.register_step_pre_hook(self._before_step))
        elif self.non_finite == 'skip':
            raise ValueError(f"FiniteLossHook: non_finite='skip' does not work with "
                             f"{type(wrapper).__name__}; use 'raise'")

    def _look(self, model: nn.Module, _: Any, output: Any) -> None:
        """Note, without waiting for the device, which losses of a forward pass are not finite."""
        if not model.training or not isinstance(output, Mapping):
            return
        for key, value in output.items():
            if 'loss' in key:  # mmengine's rule of what is summed
                parts = value if isinstance(value, list | tuple) else [value]
                broken = torch.stack([~part.detach().isfinite().all() for part in parts]).any()
                name = key.removeprefix('loss_')
                self._found[name] = self._found[name] | broken if name in self._found else broken

    def _before_step(self, optimizer: Optimizer, *_: Any) -> None:
        if self._is_broken():
            # Optimizers pass over parameters without a gradient.
            optimizer.zero_grad(set_to_none=True)

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None,
                         outputs: dict | None = None) -> None:
        """Where a gradient scaler has left out the step, look at the losses all the same."""
        if self._found and runner.optim_wrapper.should_update():
            self._is_broken()

    def _is_broken(self) -> bool:
        """Whether any rank had a loss that is not finite, since the last update; every rank asks.

        Raises:
            FloatingPointError: on all ranks, for ``'raise'``.
        """
        if not self._found:
            return False
        flags = torch.stack(list(self._found.values())).int()
        all_reduce(flags, op='max')
        tasks = [name for name, flag in zip(self._found, flags.tolist(), strict=True) if flag]
        self._found.clear()
        if not tasks:
            return False
        text = f'Step {self._runner.iter + 1}: the loss of task(s) {tasks} is NaN or infinite'
        if self.non_finite == 'raise':
            raise FloatingPointError(
                f"{text}. Look at that task's labels and learning rate, or leave out such updates: "
                "custom_hooks=[dict(type='mmmtl.FiniteLossHook', non_finite='skip')]")
        self.num_skipped += 1
        self._runner.logger.warning(f'{text}; update skipped ({self.num_skipped} so far)')
        return True

    def after_train(self, runner: Runner) -> None:
        """Leave model and optimizer as they were."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
