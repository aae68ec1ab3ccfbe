"""The optimizer wrapper of a config, with another balancer or without one."""

import inspect
from collections.abc import Mapping
from typing import Any

from mmengine.config import Config

from mmmtl.balancing.optim_wrapper import BalancingMixin
from mmmtl.registry import OPTIM_WRAPPERS

#: wrappers that balance, and what they are without a balancer
_PLAIN = {'MultiTaskOptimWrapper': 'OptimWrapper',
          'AmpMultiTaskOptimWrapper': 'AmpOptimWrapper',
          'BFloat16MultiTaskOptimWrapper': 'mmmtl.BFloat16OptimWrapper'}
_OURS = {plain.rpartition('.')[2]: f'mmmtl.{ours}' for ours, plain in _PLAIN.items()}
#: options that only a wrapper that balances has
OPTIONS = tuple(name for name, parameter in inspect.signature(BalancingMixin).parameters.items()
                if parameter.kind is parameter.KEYWORD_ONLY)


def set_balancer(cfg: Config, balancer: Mapping[str, Any] | None) -> None:
    """Give the optimizer wrapper this balancer, or none and a wrapper that does not balance.

    In place. With a balancer the wrapper's ``level``, ``shared``, ``non_finite`` and
    ``log_interval`` stay, and what the config gives to the same method; without one they go.

    Raises:
        ValueError: the config's wrapper has no such form.
    """
    wrapper = cfg.optim_wrapper
    named = wrapper.get('type', 'OptimWrapper')
    name = bare_name(named)
    plain = _PLAIN.get(name, name)
    if balancer is None:
        for option in OPTIONS:
            wrapper.pop(option, None)
        if name in _PLAIN:
            wrapper['type'] = plain
        elif balances(named):
            raise ValueError(f'optim_wrapper.type is {name!r}, of which no form without balancing '
                             f'is known, but for {list(_PLAIN)}; methods without gradients, and '
                             'single tasks, need one')
        return
    if bare_name(plain) in _OURS:
        wrapper['type'] = _OURS[bare_name(plain)]
    elif not balances(named):
        raise ValueError(f'optim_wrapper.type is {name!r}; gradient methods work in place of '
                         f'{" or ".join(_OURS)}')
    wrapper['balancer'] = keep_options(balancer, wrapper.get('balancer') or {})


def keep_options(given: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The config of a method; what ``own`` says of the same method goes before ``given``.

    Args:
        given: of a balancer, a loss weighting or a scalarizer.
        own: what the user's config has there, of this method or of another.
    """
    given, own = dict(given), _by_name(own)
    if 'type' not in given or bare_name(own.get('type', '')) != bare_name(given['type']):
        return given
    kept = {**given, **own, 'type': given['type']}
    if 'scalarizer' in given:
        inner = own.get('scalarizer') or {}
        inner = inner if isinstance(inner, Mapping) else dict(type=inner)
        if bare_name(inner.get('type', '')) != bare_name(given['scalarizer']['type']):
            return given
        kept['scalarizer'] = keep_options(given['scalarizer'], inner)
    return kept


def balances(named: str | type) -> bool:
    """Whether this is a wrapper that balances, the user's own included."""
    cls = OPTIM_WRAPPERS.get(named) if isinstance(named, str) else named
    return isinstance(cls, type) and issubclass(cls, BalancingMixin)


def bare_name(named: str | type) -> str:
    """The name of a class without its scope."""
    return named.__name__ if isinstance(named, type) else str(named).rpartition('.')[2]


def _by_name(own: Mapping[str, Any]) -> dict[str, Any]:
    """``dict(type='TorchJDBalancer', method='CAGrad')`` as ``dict(type='CAGrad')``."""
    own = dict(own)
    if bare_name(own.get('type', '')) == 'TorchJDBalancer' and 'method' in own:
        own['type'] = own.pop('method')
    return own
