"""From the name of a method of balancing to the change of a config: the one table of them."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmmtl.apis.config import use_balancing_wrapper
from mmmtl.balancing import known_balancers
from mmmtl.utils.did_you_mean import did_you_mean
from mmmtl.weighting import known_scalarizers

from .balancer_of import bare_name, keep_options, set_balancer

EQUAL = dict(type='mmmtl.FixedWeighting')
#: methods that are a loss weighting of this package
WEIGHTINGS: dict[str, dict[str, Any]] = {
    'equal': EQUAL,
    'uncertainty': dict(type='mmmtl.UncertaintyWeighting'),
    'dwa': dict(type='mmmtl.DynamicWeightAverage'),
}
#: arguments that a library's method demands. Those of balancers are the defaults of
#: ``mmmtl.balancing`` (a test compares them), so that ``config.py`` says what was trained. TASKS
#: stands for the number of tasks.
ARGUMENTS: dict[str, dict[str, Any]] = {
    'CAGrad': dict(c=0.5),
    'FairGrad': dict(alpha=1.0),
    'NashMTL': dict(n_tasks='TASKS'),
    'STCH': dict(mu=1.0),
}
#: CONFIG as it stands
UNCHANGED = 'unchanged'


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

    Returns:
        The method; however it was spelled, its name is that of :func:`known_methods`.

    Raises:
        KeyError: nobody knows the name; with those that are known.
        ValueError: two methods have it.
    """
    if files and name in files:
        return _of_file(name, files[name])
    kind, _, bare = name.lower().rpartition(':')
    plain = plain_name(bare)
    if not kind and plain == UNCHANGED:
        return Method(UNCHANGED, loss_weighting=None)
    if not kind and plain in WEIGHTINGS:
        return Method(plain, dict(WEIGHTINGS[plain]))
    library = {'balancer': _named(known_balancers(), plain),
               'scalarizer': _named(_scalarizers(), plain)}
    unique = plain not in WEIGHTINGS and None in library.values()
    found = []
    for what, other in library.items():
        if other is not None and kind in ('', what):
            config, title = _complete(other, num_tasks), plain if unique else f'{what}:{plain}'
            found.append(Method(title, balancer=config) if what == 'balancer' else Method(
                title, dict(type='mmmtl.ScalarizerWeighting', scalarizer=config)))
    if len(found) > 1:
        raise ValueError(f'{name!r} is a gradient method and a loss weighting; say which: '
                         f'balancer:{bare} or scalarizer:{bare}')
    if not found:
        known = known_methods()
        raise KeyError(f'there is no method {name!r}; {did_you_mean(plain, known, cutoff=0.6)}The '
                       f'known ones are {known}; add one with --method-config {bare}=FILE.py')
    return found[0]


def known_methods() -> list[str]:
    """Names of all methods, here and now; TorchJD's only where it is installed."""
    library = {plain_name(name) for name in (*known_balancers(), *_scalarizers())}
    return [UNCHANGED, *WEIGHTINGS, *sorted(library - set(WEIGHTINGS))]


def apply_method(cfg: Config, method: Method) -> Config:
    """A copy of the config with this method in place of its own.

    Options that the config gives to the same weighting, scalarizer or balancer stay; so do
    ``level`` and ``shared`` of its optimizer wrapper, for every gradient method.

    Raises:
        ValueError: the config's optimizer wrapper cannot have, or cannot lose, a balancer.
    """
    cfg = copy.deepcopy(cfg)
    wrapper = (method.settings or {}).get('optim_wrapper') or {}
    if method.loss_weighting is not None:
        weighting = dict(method.loss_weighting)
        if bare_name(weighting['type']) != 'FixedWeighting':
            weighting = keep_options(weighting, cfg.model.get('loss_weighting') or {})
        cfg.model['loss_weighting'] = weighting
        if method.balancer and 'type' in wrapper:
            cfg.optim_wrapper['type'] = wrapper['type']
        set_balancer(cfg, method.balancer)
    if method.settings:
        cfg.merge_from_dict(copy.deepcopy(dict(method.settings)))
    use_balancing_wrapper(cfg)
    return cfg


def plain_name(name: str) -> str:
    """A name without case, ``-`` and ``_``."""
    return name.lower().replace('-', '').replace('_', '')


def _of_file(name: str, file: Path) -> Method:
    """Settings of a file; a balancer among them takes the wrapper that it needs."""
    settings = Config.fromfile(str(file))._cfg_dict.to_dict()
    balancer = dict((settings.get('optim_wrapper') or {}).get('balancer') or {})
    balancer.pop('_delete_', None)
    return Method(name, balancer=balancer or None, settings=settings)


def _named(names: Sequence[str], plain: str) -> str | None:
    return next((name for name in names if plain_name(name) == plain), None)


def _complete(name: str, num_tasks: int) -> dict[str, Any]:
    values = {key: num_tasks if value == 'TASKS' else value
              for key, value in ARGUMENTS.get(name, {}).items()}
    return dict(type=name, **values)


def _scalarizers() -> Sequence[str]:
    try:
        return known_scalarizers()
    except ImportError:
        return []
