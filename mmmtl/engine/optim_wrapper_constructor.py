"""Parameter groups of a multi-task model."""

from typing import Any

from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from torch import nn
from torch.optim import Optimizer

from mmmtl.registry import OPTIM_WRAPPER_CONSTRUCTORS
from mmmtl.weighting import BaseLossWeighting

_CONSTANT_LR = 'constant_lr'


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class MultiTaskOptimWrapperConstructor(DefaultOptimWrapperConstructor):
    """mmengine's constructor, with a group of their own for the loss weighting's parameters.

    Weight decay never touches them: decay would pull log-variances to 0, that is the weights
    to their initial values. ``tools/train.py`` takes this constructor for a
    :class:`~mmmtl.models.MultiTaskSegmentor` unless a config names another.

    ``paramwise_cfg`` takes mmengine's options and

    - ``weighting_lr`` (float): learning rate of the weighting's parameters, constant whatever
      the schedule does to the network's. By default they follow the optimizer's rate.

    Parameters with equal options share one group (mmengine makes a group of each parameter,
    which keeps optimizers from updating them together).
    """

    def __init__(self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None) -> None:
        paramwise_cfg = dict(paramwise_cfg or {})
        self.weighting_lr: float | None = paramwise_cfg.pop('weighting_lr', None)
        super().__init__(optim_wrapper_cfg, paramwise_cfg)
        # An empty dict would make mmengine pass over add_params.
        self.paramwise_cfg.setdefault('bypass_duplicate', False)

    def __call__(self, model: nn.Module) -> OptimWrapper:
        """Build the wrapper; see mmengine."""
        wrapper = super().__call__(model)
        if self.weighting_lr is not None:
            wrapper.optimizer.register_step_pre_hook(_restore_constant_rates)
        return wrapper

    def add_params(self, params: list[dict], module: nn.Module, *args: Any, **kwargs: Any) -> None:
        """Add the groups of ``module`` and its children to ``params``; see mmengine."""
        if isinstance(module, BaseLossWeighting):
            group = dict(params=list(module.parameters()), weight_decay=0.0)
            if self.weighting_lr is not None:
                group.update({'lr': self.weighting_lr, _CONSTANT_LR: self.weighting_lr})
            if group['params']:
                params.append(group)
            return
        super().add_params(params, module, *args, **kwargs)
        is_root = not args and not kwargs
        if is_root:
            params[:] = _merge_groups(params)


def _merge_groups(groups: list[dict]) -> list[dict]:
    """One group for all parameters with the same options, in order of first appearance."""
    merged: dict[tuple, dict] = {}
    for group in groups:
        options = {key: value for key, value in group.items() if key != 'params'}
        members = group['params'] if isinstance(group['params'], list) else [group['params']]
        key = tuple(sorted(options.items()))
        merged.setdefault(key, dict(params=[], **options))['params'].extend(members)
    return list(merged.values())


def _restore_constant_rates(optimizer: Optimizer, *_: Any) -> None:
    """Before each step, undo what a schedule did to the groups with a constant rate."""
    for group in optimizer.param_groups:
        if _CONSTANT_LR in group:
            group['lr'] = group[_CONSTANT_LR]
