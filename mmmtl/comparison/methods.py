"""From the name of a method of balancing to the change of a config: the one table of them."""

import copy
import difflib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmseg.registry import OPTIM_WRAPPERS

from mmmtl.registry import BALANCERS
from mmmtl.registry import WEIGHTINGS as WEIGHTING_REGISTRY

from .tasks import tasks_of

EQUAL = dict(type='mmmtl.FixedWeighting')
#: methods that are a loss weighting of this package
WEIGHTINGS: dict[str, dict[str, Any]] = {
    'equal': EQUAL,
    'uncertainty': dict(type='mmmtl.UncertaintyWeighting'),
    'dwa': dict(type='mmmtl.DynamicWeightAverage'),
}
#: arguments that a library's method demands, as its paper (or LibMTL) has them. TASKS stands for
#: the number of tasks.
ARGUMENTS: dict[str, dict[str, Any]] = {
    'CAGrad': dict(c=0.5),
    'FairGrad': dict(alpha=2.0),
    'NashMTL': dict(n_tasks='TASKS'),
    'STCH': dict(mu=1.0),
}
#: CONFIG as it stands
UNCHANGED = 'unchanged'
_PLAIN = {'MultiTaskOptimWrapper': 'OptimWrapper', 'AmpMultiTaskOptimWrapper': 'AmpOptimWrapper'}
_OURS = {plain: f'mmmtl.{ours}' for ours, plain in _PLAIN.items()}


@dataclass(frozen=True)
class Method:
    """A change of a config.

    Attributes:
        name: what the command line, folders and tables call it.
        loss_weighting: config of the model's weighting; ``None`` leaves the config unchanged.
        balancer: config of the optimiser wrapper's balancer, or none.
        settings: further settings, merged into the config last.
    """

    name: str
    loss_weighting: Mapping[str, Any] | None = field(default_factory=lambda: dict(EQUAL))
    balancer: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] | None = None


def find_method(name: str, num_tasks: int, files: Mapping[str, Path] | None = None) -> Method:
    """Find a method by name; case, ``-`` and ``_`` do not count.

    Args:
        name: one of :func:`known_methods`; ``balancer:NAME`` or ``scalarizer:NAME`` where a
            gradient method and a scalarizer have one name; or a key of ``files``.
        num_tasks: of the config.
        files: config files with settings by name, which go before the table.

    Raises:
        KeyError: nobody knows the name; with those that are known.
        ValueError: two methods have it.
    """
    if files and name in files:
        settings = Config.fromfile(str(files[name]))._cfg_dict.to_dict()
        return Method(name, settings=settings)
    if name == UNCHANGED:
        return Method(name, loss_weighting=None)
    kind, _, bare = name.rpartition(':')
    if not kind and _plain(bare) in WEIGHTINGS:
        return Method(name, dict(WEIGHTINGS[_plain(bare)]))
    found = []
    for other in _balancers() if kind in ('', 'balancer') else ():
        if _plain(other) == _plain(bare):
            found.append(Method(name, balancer=_complete(other, num_tasks)))
    for other in _scalarizers() if kind in ('', 'scalarizer') else ():
        if _plain(other) == _plain(bare):
            found.append(Method(name, dict(
                type='mmmtl.ScalarizerWeighting', scalarizer=_complete(other, num_tasks))))
    if len(found) > 1:
        raise ValueError(f'{name!r} is a gradient method and a loss weighting; say which: '
                         f'balancer:{bare} or scalarizer:{bare}')
    if not found:
        known = known_methods()
        close = difflib.get_close_matches(_plain(bare), known, n=1)
        raise KeyError(f'there is no method {name!r}; '
                       + (f'did you mean {close[0]!r}? ' if close else '')
                       + f'The known ones are {known}; add one with --method-config '
                       f'{bare}=FILE.py')
    return found[0]


def known_methods() -> list[str]:
    """Names of all methods, here and now; TorchJD's only where it is installed."""
    library = {_plain(name) for name in (*_balancers(), *_scalarizers())}
    return [UNCHANGED, *WEIGHTINGS, *sorted(library - set(WEIGHTINGS))]


def apply_method(cfg: Config, method: Method) -> Config:
    """A copy of the config with this method in place of its own.

    Options that the config gives to the same weighting or balancer stay.
    """
    cfg = copy.deepcopy(cfg)
    if method.loss_weighting is not None:
        own = cfg.model.get('loss_weighting') or {}
        weighting = dict(method.loss_weighting)
        learned = _bare(weighting['type']) != 'FixedWeighting'
        if learned and _same(own, weighting):
            weighting = {**own, **weighting}
        cfg.model['loss_weighting'] = weighting
        set_balancer(cfg, method.balancer)
    if method.settings:
        _merge(cfg, copy.deepcopy(dict(method.settings)))
    return cfg


def check_method(cfg: Config, name: str) -> None:
    """Build weighting and balancer of a config, so that a wrong one is known before any training.

    Raises:
        ValueError: what the builder says, and how to give arguments.
    """
    tasks = dict.fromkeys(tasks_of(cfg.model), 'regression')
    try:
        WEIGHTING_REGISTRY.build(
            copy.deepcopy(cfg.model.get('loss_weighting') or EQUAL), default_args=dict(tasks=tasks))
        if cfg.optim_wrapper.get('balancer'):
            BALANCERS.build(cfg.optim_wrapper.balancer.to_dict())
    except (ImportError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f'method {name!r}: {error.args[0]}. Arguments of a method go into a '
                         f'file, --method-config {name}=FILE.py, such as optim_wrapper=dict('
                         "balancer=dict(type='CAGrad', c=0.4))") from error


def set_balancer(cfg: Config, balancer: Mapping[str, Any] | None) -> None:
    """Give the optimiser wrapper this balancer, or none and mmengine's own wrapper, in place.

    Raises:
        ValueError: the config's wrapper is neither mmengine's nor ours.
    """
    wrapper = cfg.optim_wrapper
    name = _bare(wrapper.get('type', 'OptimWrapper'))
    plain = _PLAIN.get(name, name)
    own = wrapper.get('balancer') or {}
    if balancer is None:
        if name in _PLAIN:
            allowed = {'type', 'optimizer', 'constructor', 'paramwise_cfg', *_options_of(plain)}
            for key in set(wrapper) - allowed:
                wrapper.pop(key)
            wrapper['type'] = plain
        return
    if plain not in _OURS:
        raise ValueError(f'optim_wrapper.type is {name!r}; gradient methods work in place of '
                         f'{" or ".join(_OURS)}')
    wrapper['type'] = _OURS[plain]
    wrapper['balancer'] = {**own, **balancer} if _same(own, balancer) else dict(balancer)


def _merge(cfg: Config, settings: dict[str, Any]) -> None:
    """Merge, with the optimiser wrapper that a balancer needs if none is named."""
    wrapper = dict(settings.get('optim_wrapper') or {})
    if wrapper.get('balancer') and 'type' not in wrapper:
        set_balancer(cfg, wrapper['balancer'])
    cfg.merge_from_dict(settings)


def _options_of(plain: str) -> set[str]:
    names = ('OptimWrapper', plain)
    return {key for name in names
            for key in inspect.signature(OPTIM_WRAPPERS.get(name)).parameters}


def _complete(name: str, num_tasks: int) -> dict[str, Any]:
    values = {key: num_tasks if value == 'TASKS' else value
              for key, value in ARGUMENTS.get(name, {}).items()}
    return dict(type=name, **values)


def _balancers() -> Sequence[str]:
    try:
        from mmmtl.balancing.find import known_balancers
    except ImportError:
        return []
    return known_balancers()


def _scalarizers() -> Sequence[str]:
    from mmmtl.weighting import known_scalarizers
    try:
        return known_scalarizers()
    except ImportError:
        return []


def _plain(name: str) -> str:
    return name.lower().replace('-', '').replace('_', '')


def _bare(name: str) -> str:
    return str(name).rpartition('.')[2]


def _same(one: Mapping, other: Mapping) -> bool:
    return _bare(one.get('type', '')) == _bare(other.get('type', '')) and (
        one.get('scalarizer') == other.get('scalarizer'))
