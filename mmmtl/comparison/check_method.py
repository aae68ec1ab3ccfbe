"""What a method's config would be refused for in its own run, before any run."""

import copy

from mmengine.config import Config

from mmmtl.balancing.compatibility import check_accumulation, check_model
from mmmtl.balancing.compatibility import check_method as check_level
from mmmtl.registry import BALANCERS, WEIGHTINGS

from .balancer_of import OPTIONS, balances
from .methods import EQUAL
from .tasks import kinds_of


def check_method(cfg: Config, name: str) -> None:
    """Build weighting and balancer of a config, and check what goes together.

    The network is not built: what only it can say (parameters that ``shared`` names, features for
    ``level='features'``) is left to the run.

    Raises:
        ValueError: what the builder says, and how to give arguments.
    """
    try:
        _check(cfg)
    except (ImportError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f'method {name!r}: {error.args[0]}. level, shared and accumulative_counts '
                         'of the config hold for all methods; arguments of one go into a file, '
                         f'--method-config {name}=FILE.py, such as optim_wrapper=dict('
                         "balancer=dict(type='CAGrad', c=0.4))") from error


def _check(cfg: Config) -> None:
    tasks, wrapper = kinds_of(cfg.model), cfg.optim_wrapper
    weighting = WEIGHTINGS.build(copy.deepcopy(cfg.model.get('loss_weighting') or EQUAL),
                                 default_args=dict(tasks=tasks))
    named = wrapper.get('type', 'OptimWrapper')
    if not wrapper.get('balancer'):
        left = [option for option in OPTIONS if option in wrapper]
        if left or balances(named):
            what = f'has {left} but' if left else f'is {named!r}, which balances, with'
            raise ValueError(f'optim_wrapper {what} no balancer')
        return
    balancer = BALANCERS.build(copy.deepcopy(wrapper.balancer).to_dict())
    level, shared = wrapper.get('level', 'parameters'), wrapper.get('shared')
    check_level(balancer, level, [shared] if isinstance(shared, str) else shared)
    check_accumulation(level, wrapper.get('accumulative_counts', 1))
    balancer.bind(list(tasks))
    check_model(balancer, weighting)
