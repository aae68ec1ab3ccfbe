"""Tell loss weightings what they cannot see from inside the model."""

from collections.abc import Iterator
from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import IterBasedTrainLoop, Runner
from torch.optim import Optimizer

from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap
from mmmtl.weighting import BaseLossWeighting

from .epoch_steps import epoch_steps


@HOOKS.register_module()
class LossWeightingHook(Hook):
    """Calls the loss weighting at the end of an epoch, and after each step of the optimizer.

    In a run by iterations it says how many steps an epoch of the data set has. A weighting that
    asks for the losses after the step (FAMO) gets those of the same batch: a second run of the
    network without gradients. Where the update was left out (an overflow of the gradient scaler,
    ``non_finite='skip'``), it does not: nothing was learned. ``tools/train.py`` adds this hook; a
    runner of one's own needs ``custom_hooks=[dict(type='mmmtl.LossWeightingHook')]``.
    """

    def __init__(self) -> None:
        self._stepped = False
        self._handle: Any = None

    def before_train(self, runner: Runner) -> None:
        """Announce that the weighting will be called, and be there after each optimizer step."""
        steps = epoch_steps(runner) if _by_iterations(runner) else None
        weightings = list(self._weightings(runner))
        for weighting in weightings:
            weighting.attach(steps)
        if any(weighting.needs_losses_after_step for weighting in weightings):
            self._handle = runner.optim_wrapper.optimizer.register_step_post_hook(self._after_step)

    def _after_step(self, optimizer: Optimizer, *_: Any) -> None:
        """Note whether a step moved anything.

        A gradient scaler that finds an overflow does not call ``step``, or tells a fused
        optimizer by ``found_inf``; :class:`FiniteLossHook` takes the gradients away.
        """
        overflow = getattr(optimizer, 'found_inf', None)
        self._stepped = (overflow is None or not bool(overflow)) and any(
            p.grad is not None for group in optimizer.param_groups for p in group['params'])

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None,
                         outputs: dict | None = None) -> None:
        """After a step, not between the batches of accumulated gradients or without a step."""
        stepped, self._stepped = self._stepped, False
        for weighting in self._weightings(runner):
            if weighting.needs_losses_after_step and stepped:
                with runner.optim_wrapper.optim_context(runner.model):
                    losses = unwrap(runner.model).losses_after_step()
                weighting.after_step(losses)

    def after_train_epoch(self, runner: Runner) -> None:
        """Only where there are epochs; mmengine also calls this once, at the end of all steps."""
        if not _by_iterations(runner):
            for weighting in self._weightings(runner):
                weighting.after_epoch()

    def after_train(self, runner: Runner) -> None:
        """Leave the optimizer as it was."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def _weightings(self, runner: Runner) -> Iterator[BaseLossWeighting]:
        """Those of the model, unless an equal hook before this one cares for them."""
        if next(hook for hook in runner.hooks if isinstance(hook, LossWeightingHook)) is self:
            for module in unwrap(runner.model).modules():
                if isinstance(module, BaseLossWeighting):
                    yield module


def _by_iterations(runner: Runner) -> bool:
    return isinstance(runner.train_loop, IterBasedTrainLoop)
