"""From the name of a balancer to its class: ours, or that of a method of TorchJD."""

from typing import Any

from mmmtl.registry import BALANCERS
from mmmtl.torchjd.methods import EXTRA, REFUSED, torchjd_methods
from mmmtl.utils.arguments import explained
from mmmtl.utils.did_you_mean import did_you_mean


@BALANCERS.completes
def complete_balancer(cfg: Any) -> dict:
    """Check a config; a name that is not registered is that of a method of TorchJD.

    Raises:
        KeyError: the config has no type.
    """
    if not isinstance(cfg, dict) or 'type' not in cfg:
        raise KeyError(f"balancer must be a dict with a type, such as dict(type='PCGrad'); got "
                       f'{cfg!r}')
    name = cfg['type']
    if not isinstance(name, str):
        return cfg
    name = name.removeprefix('mmmtl.')
    if name not in BALANCERS.module_dict:
        return {**cfg, 'type': 'TorchJDBalancer', 'method': name.removesuffix('Weighting')}
    return {**cfg, 'type': name}


@BALANCERS.explains
def explain_balancer(cls: Any, options: list[str], error: TypeError) -> ValueError | None:
    """What is wrong with the options of a balancer that could not be built.

    Args:
        cls: its class, or what else was called.
        options: their names.
        error: of the call.
    """
    return explained(error, cls, options, name=f'balancer {getattr(cls, "__name__", cls)}')


def find_method(name: str) -> type:
    """Return the class of a TorchJD method.

    Raises:
        ImportError: if TorchJD is not installed.
        ValueError: for a method that no single Jacobian is enough for.
        KeyError: if there is no such method, with the known ones.
    """
    if name in REFUSED:
        raise ValueError(REFUSED[name])
    methods = torchjd_methods()
    if name in methods:
        return methods[name]
    if not methods:
        raise ImportError(f'balancer {name!r} is not one of {own_methods()}; all others come from '
                          f'TorchJD, which is not installed: {EXTRA}')
    known = known_balancers()
    raise KeyError(f'there is no balancer {name!r}; {did_you_mean(name, known)}The known ones are '
                   f'{known}')


def own_methods() -> list[str]:
    """Names of the methods that this package has, without TorchJD."""
    BALANCERS.import_from_location()
    return sorted(name for name in BALANCERS.module_dict if name != 'TorchJDBalancer')


def known_balancers() -> list[str]:
    """Names that ``dict(type=...)`` of a balancer may have, here and now."""
    return sorted({*own_methods(), *torchjd_methods()})
