"""Optimizer wrappers that combine the gradients of tasks."""

import copy
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Literal

import torch
from mmengine.logging import print_log
from mmengine.optim import AmpOptimWrapper, OptimWrapper
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from mmmtl.registry import BALANCERS, OPTIM_WRAPPERS

from .base import Rows
from .combine import combine
from .compatibility import check_accumulation, check_method, check_model
from .gradient_log import GradientLog
from .handover import Handover, check_features, handover_of
from .levels import FeaturesLevel, LayerLevel, Level, ParametersLevel
from .levels.base import say
from .random_draws import run_seed
from .reduction import agree

_LEVELS = ('parameters', 'features')
_NON_FINITE = ('raise', 'skip')


class BalancingMixin:
    """What the two wrappers add to mmengine's.

    One forward pass, a backward pass per task, one combination, one step. Gradients of the tasks
    are averaged over ranks before they are combined; DistributedDataParallel's own reduction
    rests.

    Args:
        balancer: the method, ``dict(type='PCGrad')``; :func:`mmmtl.balancing.known_balancers`
            lists the names.
        level: ``'parameters'``: gradients of the shared parameters, exact. ``'features'``:
            gradients at the features that the heads share, with one backward pass of the trunk.
        shared: patterns of names of the parameters to balance (``['backbone', 'neck']``); by
            default those that the losses of two or more tasks reach.
        non_finite: ``'raise'``, or ``'skip'`` the update, when a loss or a gradient is NaN or
            infinite. With a gradient scaler, infinite gradients are its business: it skips.
        log_interval: updates between logs of norms and cosines of the gradients; 0 for none. With
            ``accumulative_counts`` an update is so many steps.
        kwargs: of mmengine's wrapper.
    """

    def __init__(self,
                 *args: Any,
                 balancer: dict,
                 level: Literal['parameters', 'features'] = 'parameters',
                 shared: str | Sequence[str] | None = None,
                 non_finite: Literal['raise', 'skip'] = 'raise',
                 log_interval: int = 10,
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option, value, known in (('level', level, _LEVELS),
                                     ('non_finite', non_finite, _NON_FINITE)):
            if value not in known:
                raise ValueError(f'{type(self).__name__}: {option} must be one of {known}, got '
                                 f'{value!r}')
        self.balancer = BALANCERS.build(balancer)
        self.level = level
        self.shared = [shared] if isinstance(shared, str) else shared
        self.non_finite = non_finite
        self.log_interval = log_interval
        self.num_skipped = 0
        self._gradients: Level | None = None
        self._handover: Handover | None = None
        self._parameters: list[nn.Parameter] = []
        self._trainable: list[bool] = []
        self._log: GradientLog | None = None
        self._seed: int | None = run_seed()
        self._warned = False
        check_method(self.balancer, level, self.shared)
        check_accumulation(level, self._accumulative_counts)
        # Compiled backward passes would give their buffers away to the first task.
        functorch = getattr(torch, '_functorch', None)
        if hasattr(getattr(functorch, 'config', None), 'donated_buffer'):
            functorch.config.donated_buffer = False

    # -- before training ----------------------------------------------------------------------
    def bind(self, model: nn.Module) -> None:
        """Learn tasks and parameters of the model.

        Called when the wrapper is built, with the runner's start, or at the first step.

        Raises:
            ValueError: for a model without tasks or handover, for a weighting, or a number of
                tasks, that does not go with the method.
        """
        if self._gradients is not None and self._trainable == [
                p.requires_grad for p in self._parameters]:
            return
        model = getattr(model, 'module', model)
        tasks = list(getattr(model, 'heads', None) or getattr(model, 'tasks', ()))
        if not tasks:
            raise ValueError(f'{type(model).__name__} has neither heads nor tasks to name what '
                             'is to be balanced; use an OptimWrapper, or give it `tasks`')
        if self.level == 'features':
            check_features(model)
        handover_of(model)
        self.balancer.bind(tasks)
        weighting_parameters = check_model(self.balancer, model)
        self._parameters = list(model.parameters())
        self._trainable = [p.requires_grad for p in self._parameters]  # may be frozen later
        named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        if not named:
            raise ValueError('the model has no trainable parameter')
        names, parameters = zip(*named, strict=True)
        self._log = GradientLog(tasks, self.message_hub, self.log_interval)
        if self.level == 'features':
            self._gradients = FeaturesLevel(tasks, names, parameters)
        elif self.balancer.at_layer:
            self._gradients = LayerLevel(tasks, names, parameters, self.balancer)
        else:
            self._gradients = ParametersLevel(
                tasks, names, parameters, self.shared, weighting_parameters)

    def initialize_count_status(self, model: nn.Module, init_counts: int, max_counts: int) -> None:
        """See mmengine."""
        self.bind(model)
        super().initialize_count_status(model, init_counts, max_counts)

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Forward pass in which the model hands over the tasks' losses.

        DistributedDataParallel's reduction, which this wrapper replaces, rests.
        """
        self.bind(model)
        self._handover = handover_of(getattr(model, 'module', model))
        no_sync = model.no_sync() if hasattr(model, 'no_sync') else nullcontext()
        with self._handover.open(self.level), no_sync, super().optim_context(model):
            yield
        if isinstance(model, DistributedDataParallel):  # else it would sync buffers only once
            model.require_forward_param_sync = True

    # -- a step -------------------------------------------------------------------------------
    @torch.compiler.disable  # within a compiled train_step (mmengine's compile=True)
    def update_params(self, loss: Tensor, step_kwargs: dict | None = None,
                      zero_kwargs: dict | None = None) -> None:
        """Differentiate each task's loss; at the end of an accumulation, combine and step.

        Args:
            loss: the total; the losses of the tasks are in the model's handover.
            step_kwargs: of ``optimizer.step``.
            zero_kwargs: of ``optimizer.zero_grad``.
        """
        if self._gradients is None or self._handover is None:
            raise ValueError('run the forward pass within optim_wrapper.optim_context(model), as '
                             'train_step does')
        factor = float(self.scale_loss(torch.ones((), dtype=torch.float64)))
        self._gradients.add(self._handover.take(), factor, self._scale())
        self._inner_count += 1
        if self.should_update():
            if self._balance():
                self.step(**(step_kwargs or {}))
            self.zero_grad(**(zero_kwargs or {}))
            self._gradients.clear()

    def _balance(self) -> bool:
        """Write the combined gradient to ``.grad``; whether a step is to follow."""
        level, scale = self._gradients, self._scale_value()
        self._seed_draws()
        rows = level.reduce(scale)
        if not rows.tasks:
            say(f'Step {self._inner_count}: no task has labels on any rank; no update')
            return False
        finite = self._finite(rows)
        if not finite.all():
            return self._rows_not_finite(rows, finite)
        before = copy.deepcopy(self.balancer.state_dict()) if level.ends_at_features else None
        update = -(-self._inner_count // self._accumulative_counts)
        level.write(combine(self.balancer, level, rows, scale, self._log, update), scale)
        if level.ends_at_features and not level.grad_norm().isfinite():  # only now known
            self.balancer.load_state_dict(before)
            return self._not_finite('the gradient of the trunk, from finite gradients of its '
                                    'features, is')
        return True

    def _seed_draws(self) -> None:
        """Give the balancer the first rank's seed, once: every rank is at its first update."""
        if self._seed is not None:
            self.balancer.seed_draws(int(agree(torch.tensor(self._seed))))
            self._seed = None

    def _finite(self, rows: Rows) -> Tensor:
        """(3, T) bool of losses, gradients of shared and of task-specific parameters."""
        norms = rows.gramian.diagonal()
        specific = self._gradients.head_norms(rows.tasks)
        return torch.stack([rows.losses.to(norms), norms, specific.to(norms)]).isfinite()

    def _rows_not_finite(self, rows: Rows, finite: Tensor) -> bool:
        """Find out what is not finite.

        Args:
            rows: of the step.
            finite: of :meth:`_finite`.
        """
        losses = [self._gradients.tasks[k] for k, ok in
                  zip(rows.tasks, finite[0].tolist(), strict=True) if not ok]
        tasks = [self._gradients.tasks[k] for k, ok in
                 zip(rows.tasks, finite.all(dim=0).tolist(), strict=True) if not ok]
        if losses:
            return self._not_finite(f'the loss of task(s) {losses} is', of_loss=True)
        return self._not_finite(f'the gradient of task(s) {tasks} is')

    def _not_finite(self, what: str, of_loss: bool = False) -> bool:
        """Raise, skip, or leave it to the gradient scaler, whose business losses are not."""
        text = f'Step {self._inner_count}: {what} NaN or infinite'
        self.num_skipped += 1
        for parameter in self._gradients.parameters:
            parameter.grad = None
        if self._scaler_skips() and not of_loss:
            return self._mark_overflow()
        if self.non_finite == 'raise':
            self._gradients.clear()
            raise FloatingPointError(
                f'{text}. Look at labels and learning rate, or set '
                "optim_wrapper.non_finite='skip' to leave out such updates")
        say(f'{text}; update skipped ({self.num_skipped} so far)')
        return self._mark_overflow() if self._scaler_skips() else False

    # -- gradient scaling (only the AMP form has any) -----------------------------------------
    def _scale(self) -> Tensor | float:
        return 1.0

    def _scale_value(self) -> float:
        return 1.0

    def _scaler_skips(self) -> bool:
        return False

    def _mark_overflow(self) -> bool:
        """Let the scaler see an infinite gradient: it skips the step and lowers its scale."""
        parameter = self.optimizer.param_groups[0]['params'][0]
        parameter.grad = torch.full_like(parameter, torch.inf)
        return True

    # -- checkpoints --------------------------------------------------------------------------
    def state_dict(self) -> dict:
        """mmengine's, with the state of the balancer.

        Gradients of a part of an update's micro-steps are not in it: each rank has its own, and
        only the first writes checkpoints.
        """
        if self._gradients is not None and self._gradients.pending and not self._warned:
            self._warned = True
            print_log(
                f'Step {self._inner_count}: this checkpoint lies within an update of '
                f'accumulative_counts={self._accumulative_counts} steps, and the gradients of '
                f'{self._inner_count % self._accumulative_counts} of them are not in it; a run '
                'resumed from it goes on without them, and so differs from this one. Make the '
                "checkpoint hook's interval a multiple of accumulative_counts",
                logger='current', level=logging.WARNING)
        state = super().state_dict()
        state['balancer'] = dict(type=self.balancer.name, state=self.balancer.state_dict())
        return state

    def load_state_dict(self, state_dict: dict) -> None:
        """mmengine's; a checkpoint without a balancer, or of another method, starts it anew."""
        state_dict = dict(state_dict)
        saved = state_dict.pop('balancer', None)
        super().load_state_dict(state_dict)
        if saved is not None and saved['type'] == self.balancer.name:
            self.balancer.load_state_dict(saved['state'])
        else:
            found = saved['type'] if saved else 'no balancer'
            say(f'The checkpoint has the state of {found}; {self.balancer.name} starts anew')


@OPTIM_WRAPPERS.register_module()
class MultiTaskOptimWrapper(BalancingMixin, OptimWrapper):
    """mmengine's ``OptimWrapper``, with a gradient per task; see :class:`BalancingMixin`.

    Example:
        >>> optim_wrapper = dict(
        ...     type='mmmtl.MultiTaskOptimWrapper',
        ...     balancer=dict(type='PCGrad'),
        ...     optimizer=dict(type='AdamW', lr=1e-3))
    """


@OPTIM_WRAPPERS.register_module()
class AmpMultiTaskOptimWrapper(BalancingMixin, AmpOptimWrapper):
    """mmengine's ``AmpOptimWrapper``, with a gradient per task; see :class:`BalancingMixin`.

    Gradients are scaled against underflow while they are taken, and unscaled before they are
    compared. If one task's overflows, the step is skipped for all, once, on all ranks.
    """

    def _scale(self) -> Tensor | float:
        device = self.optimizer.param_groups[0]['params'][0].device
        return self.loss_scaler.scale(torch.ones((), device=device))

    def _scale_value(self) -> float:
        return float(self.loss_scaler.get_scale())

    def _scaler_skips(self) -> bool:
        return self.loss_scaler.is_enabled()


