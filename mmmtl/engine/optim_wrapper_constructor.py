"""Parameter groups of a multi-task model."""

import logging
from typing import Any

from mmengine.logging import print_log
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
    to their initial values. ``tools/train.py`` takes this constructor for every
    :class:`~mmmtl.models.MultiTaskSegmentor`, around the one that a config names.

    ``paramwise_cfg`` takes the options of the constructor inside and

    - ``weighting_lr`` (float): learning rate of the weighting's parameters, constant whatever
      the schedule does to the network's. By default they follow the optimizer's rate.
    - ``constructor`` (str): the constructor inside, for example mmseg's
      ``'LearningRateDecayOptimizerConstructor'``; by default mmengine's.

    Parameters with equal options share one group (mmengine makes a group of each parameter,
    which keeps optimizers from updating them together).
    """

    def __init__(self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None) -> None:
        paramwise_cfg = dict(paramwise_cfg or {})
        self.weighting_lr: float | None = paramwise_cfg.pop('weighting_lr', None)
        inside = paramwise_cfg.pop('constructor', None)
        self.custom_keys = tuple(paramwise_cfg.get('custom_keys') or ())
        super().__init__(optim_wrapper_cfg, paramwise_cfg)
        self.inside = inside and OPTIM_WRAPPER_CONSTRUCTORS.build(dict(
            type=inside, optim_wrapper_cfg=optim_wrapper_cfg, paramwise_cfg=paramwise_cfg))

    def __call__(self, model: nn.Module) -> OptimWrapper:
        """Build the wrapper; see mmengine. Custom keys of no parameter are warned of."""
        names = [f'.{name}' for name, _ in model.named_parameters()]
        for key in self.custom_keys if not self.inside else ():
            if not any(key in name for name in names):
                print_log(f'optim_wrapper.paramwise_cfg.custom_keys: no parameter of the model has '
                          f'{key!r} in its name, so that this changes nothing', logger='current',
                          level=logging.WARNING)
        wrapper = self.inside(model) if self.inside else super().__call__(model)
        apart = [p for module in model.modules() if isinstance(module, BaseLossWeighting)
                 for p in module.parameters()]
        set_apart(wrapper.optimizer, apart, self.weighting_lr)
        merge_groups(wrapper.optimizer)
        if self.weighting_lr is not None:
            wrapper.optimizer.register_step_pre_hook(_restore_constant_rates)
        if hasattr(wrapper, 'bind'):  # a balancer learns the tasks, and refuses what does not fit
            wrapper.bind(model)
        return wrapper


def set_apart(optimizer: Optimizer, parameters: list[nn.Parameter],
              constant_lr: float | None = None) -> None:
    """Move parameters into a group without weight decay.

    Args:
        optimizer: not stepped yet.
        parameters: what to move; nothing happens if there are none.
        constant_lr: their rate, which is to stay; by default the optimizer's.
    """
    if not parameters:
        return
    apart = {id(p) for p in parameters}
    for group in optimizer.param_groups:
        group['params'] = [p for p in group['params'] if id(p) not in apart]
        group.pop('param_names', None)  # mmseg's constructor gives some, which would not fit
    optimizer.param_groups[:] = [g for g in optimizer.param_groups if g['params']]
    options: dict[str, Any] = dict(weight_decay=0.0)
    if constant_lr is not None:
        options.update({'lr': constant_lr, _CONSTANT_LR: constant_lr})
    optimizer.add_param_group(dict(params=list(parameters), **options))


def merge_groups(optimizer: Optimizer) -> None:
    """Make one group of all parameters with the same options, in order of first appearance."""
    merged: dict[str, dict] = {}
    for group in optimizer.param_groups:
        options = {key: value for key, value in group.items() if key not in ('params', 'name')}
        key = repr(sorted(options.items()))
        merged.setdefault(key, dict(params=[], **options))['params'].extend(group['params'])
    optimizer.param_groups[:] = merged.values()


def _restore_constant_rates(optimizer: Optimizer, *_: Any) -> None:
    """Before each step, undo what a schedule did to the groups with a constant rate."""
    for group in optimizer.param_groups:
        if _CONSTANT_LR in group:
            group['lr'] = group[_CONSTANT_LR]
