"""TorchJD's scalarizers as loss weightings."""

import copy
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from mmengine.dist import is_distributed
from torch import Tensor

from mmmtl.registry import WEIGHTINGS

from .base import Tasks
from .famo import update_famo
from .library_state import LibraryState
from .periodic import PeriodicWeighting
from .ranks import mean_over_ranks
from .shared_draw import SharedDraw
from .torchjd_scalarizers import build_scalarizer, find_scalarizer, scalarize

#: what a mean loss of less counts as in the ratio of two of them
_SMALLEST_MEAN = 1e-12


@WEIGHTINGS.register_module()
class ScalarizerWeighting(PeriodicWeighting):
    """Any scalarizer S of TorchJD by its name, with its own arguments.

    ``term_k = w_k L_k + (S(L̄) - Σ_j w_j L̄_j) / K`` with ``w_k = ∂S/∂L_k`` at ``L̄``, the losses
    averaged over ranks. So the terms sum to S on one process, their gradients are exactly those
    of S, and on several processes the averaged gradients are those of S of the averaged losses
    (S of each rank's own losses would be another function). What is no share of a loss, as a
    regulariser, is split evenly. Gradients of second order are not there.

    Learned parameters (UW, IMTLL) train with the model. FAMO learns its weights after each
    optimizer step and DWA moves at the end of an epoch: :class:`mmmtl.engine.LossWeightingHook`
    calls them. Draws (Random) are the same on all ranks.

    A task without labels in a batch is left out: what S keeps per task is cut to the others.
    FAMO's logit of it stays; DWA's mean leaves the step out, and a whole epoch without labels is
    an error there (:class:`DynamicWeightAverage` allows it). A loss that is not finite moves no
    state.

    Args:
        scalarizer: ``type`` and arguments; a tensor as a number per task (dict by name, or list),
            or one number for all. ``shape`` is filled in.
        tasks: names (and kinds) of the tasks; see :class:`BaseLossWeighting`.
        interval: iterations of a period, for those that move by epoch.
        seed: of random draws; by default the run's.

    Example:
        >>> weigh = ScalarizerWeighting(dict(type='STCH', mu=1.0), tasks=['a', 'b'])
        >>> terms = weigh(dict(a=torch.tensor(1.0), b=torch.tensor(3.0)))
        >>> round(float(sum(terms.values())), 4)  # log(e^{1/2} + e^{3/2})
        1.8133
    """

    def __init__(self,
                 scalarizer: str | Mapping[str, Any],
                 tasks: Tasks | None = None,
                 interval: int | None = None,
                 seed: int | None = None) -> None:
        super().__init__(interval)
        options = dict(type=scalarizer) if isinstance(scalarizer, str) else dict(scalarizer)
        if 'type' not in options:
            raise KeyError(f"ScalarizerWeighting: scalarizer={options} has no type; give the name "
                           "of one, as in dict(type='FAMO')")
        self._class = find_scalarizer(options.pop('type'))
        self._options = options
        by_period = hasattr(self._class, 'step')
        if interval is not None and not by_period:
            raise ValueError(f'ScalarizerWeighting: {self._class.__name__} has no periods; leave '
                             'interval out')
        self.needs_epochs = by_period and interval is None
        self.needs_losses_after_step = hasattr(self._class, 'update')
        self._by_period = by_period
        self._seed = seed
        self._present: list[bool] = []
        self.bind(tasks)

    def prepare(self) -> None:
        """Build the scalarizer, and try it on losses of 1."""
        number = len(self.tasks)
        self.scalarizer = build_scalarizer(self._class, self._options, list(self.tasks))
        for name, numbers in self.scalarizer.named_buffers():
            if numbers.dtype == torch.float64 and not numbers.is_meta:  # of the config
                self.note_exact(f'scalarizer.{name}', numbers)
        self.scalarizer.to(torch.get_default_dtype())
        self.scalarizer.requires_grad_(not self.needs_losses_after_step)  # or learns by itself
        self.register_buffer('weights', torch.ones(number))
        with torch.random.fork_rng(devices=[]):
            before = torch.get_rng_state()
            trial = copy.deepcopy(self.scalarizer)
            try:
                scalarize(trial, torch.ones(number), number)
            except (ValueError, RuntimeError) as error:
                raise ValueError(f'ScalarizerWeighting: {self._class.__name__} does not take a '
                                 f'loss for each of {list(self.tasks)}: {error}') from error
            draws = not torch.equal(before, torch.get_rng_state())
        self.draw = SharedDraw(self._seed) if draws else None
        library_state = LibraryState(self.scalarizer)
        self.library_state = library_state if library_state.attributes else None
        if self._by_period:
            self.register_buffer('labelled', torch.zeros(number, dtype=torch.long))

    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """``∂S/∂L_k · L_k``, and the same share for each task of what remains of S."""
        means, present = mean_over_ranks(losses, self.tasks, self.weights)
        anywhere = present.tolist() if is_distributed() else [t in losses for t in self.tasks]
        self._present = anywhere if self.training else []
        if not any(anywhere):
            nothing = sum(0.0 * p.sum() for p in self.parameters() if p.requires_grad)
            return {next(iter(self.tasks)): nothing + self.weights.new_zeros(())}
        total, weights = self._scalarize(means, present, all(anywhere))
        self.weights.copy_(torch.where(present, weights, self.weights))
        rest = (total - torch.where(present, weights * means, 0.0).sum()) / sum(anywhere)
        return {
            task: weight * losses[task] + rest if task in losses else rest
            for task, there, weight in zip(self.tasks, anywhere, weights, strict=True) if there}

    def _scalarize(self, means: Tensor, present: Tensor,
                   everywhere: bool) -> tuple[Tensor, Tensor]:
        """S of the losses that are there, and the (T,) derivatives (0 elsewhere)."""
        state = self.library_state
        if state is not None:
            state.restore(means.device)
            before = state.attributes
        drawing = self.draw.next(means.device, self.training) if self.draw else nullcontext()
        number = len(self.tasks)
        try:
            with drawing:
                if everywhere or self._by_period:  # the latter sum a vector of one length
                    total, weights = scalarize(self.scalarizer, means, number)
                else:
                    index = present.nonzero().squeeze(1)
                    total, some = scalarize(self.scalarizer, means[index], number, index)
                    weights = torch.zeros_like(means).index_copy(0, index, some)
        except ValueError as error:
            named = dict(zip(self.tasks, means.tolist(), strict=True))
            raise ValueError(f'ScalarizerWeighting: {error} The losses are {named}') from error
        if state is not None and not (self.training and bool(means.isfinite().all())):
            state.assign(before)
            self._present = []
        elif self._by_period:
            self.labelled += present
        return total, weights

    def after_step(self, losses: Mapping[str, Tensor], /) -> None:
        """FAMO: move the weights by how each loss changed in the optimizer step."""
        self._attached = True
        if not self.needs_losses_after_step or not any(self._present):
            return
        means, _ = mean_over_ranks(losses, self.tasks, self.weights)
        self.library_state.restore(means.device)
        update_famo(self.scalarizer, means, self._present)

    def end_period(self) -> None:
        """DWA: take the means of the period over the steps in which each task was labelled."""
        if not self._by_period:
            return
        self.library_state.restore(self.weights.device)
        steps = self.labelled.clone()
        self.labelled.zero_()
        count = getattr(self.scalarizer, '_n_batches', None)
        if not count:
            return
        total = self.scalarizer._loss_sum
        if not bool((steps == count).all()):
            if not bool(steps.all()):
                never = [task for task, n in zip(self.tasks, steps.tolist(), strict=True) if not n]
                raise RuntimeError(
                    f'ScalarizerWeighting: {self._class.__name__} knows no task without labels in '
                    f"a whole period, as {never}. Take type='DynamicWeightAverage', which does")
            total = total * count / steps
        # The ratio of two mean losses of zero is taken for 1, as by DynamicWeightAverage.
        smallest = total.new_tensor(_SMALLEST_MEAN * count)
        self.library_state.assign(
            dict(_loss_sum=total.where(total.abs() >= smallest, smallest)))
        self.scalarizer.step()

    def state(self) -> dict[str, dict[str, Tensor]]:
        """Derivatives by each loss at the last call, 1 before it; and learned parameters."""
        shown = {'weight': self.weights}
        shown.update({name: p.detach() for name, p in self.scalarizer.named_parameters()
                      if p.shape == self.weights.shape and not name.startswith('_')})
        return {name: dict(zip(self.tasks, values.clone(), strict=True))
                for name, values in shown.items()}
