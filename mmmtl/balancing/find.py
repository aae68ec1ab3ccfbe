"""From the name of a method to what builds it: ours, or whatever TorchJD is installed offers."""

import inspect
from importlib.util import find_spec
from typing import Any

from mmmtl.registry import BALANCERS
from mmmtl.utils.did_you_mean import did_you_mean

_EXTRA = 'pip install "mmmtl[balancing]"'
#: weightings without an aggregator of their own
_WEIGHTING_ONLY = {'CRMOGM': 'CRMOGMWeighting'}
_REFUSED = {
    name: f'{name} needs the gradients of two independent batches a step (J1 J2^T); the Jacobian '
          'of one batch breaks its guarantee. Write a training step of your own with '
          f'torchjd.aggregation.{name}Weighting'
    for name in ('MoDo', 'SDMGrad')
}


def torchjd_methods() -> dict[str, type]:
    """Every method of the installed TorchJD by name; none if it is not installed.

    Returns:
        Concrete aggregators, and ``CRMOGM``, which smooths the weights of another method.
    """
    if find_spec('torchjd') is None:
        return {}
    from torchjd import aggregation
    found = {}
    for name in aggregation.__all__:
        cls = getattr(aggregation, name)
        bases = ('Aggregator', 'WeightedAggregator', 'GramianWeightedAggregator')
        if issubclass(cls, aggregation.Aggregator) and name not in bases:
            found[name] = cls
    for name, weighting in _WEIGHTING_ONLY.items():
        if hasattr(aggregation, weighting):
            found[name] = getattr(aggregation, weighting)
    return found


def find_method(name: str) -> type:
    """The class of a TorchJD method.

    Raises:
        ImportError: if TorchJD is not installed.
        ValueError: for a method that no single Jacobian is enough for.
        KeyError: if there is no such method, with the known ones.
    """
    if name in _REFUSED:
        raise ValueError(_REFUSED[name])
    methods = torchjd_methods()
    if name in methods:
        return methods[name]
    if not methods:
        raise ImportError(f'balancer {name!r} is not one of {own_methods()}; all others come from '
                          f'TorchJD, which is not installed: {_EXTRA}')
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


def check_arguments(name: str, cls: type, arguments: dict[str, Any]) -> None:
    """Compare arguments with those that a method takes.

    Raises:
        ValueError: naming those that it does not know, or that are missing.
    """
    parameters = inspect.signature(cls).parameters
    kinds = [parameter.kind for parameter in parameters.values()]
    if inspect.Parameter.VAR_KEYWORD in kinds or inspect.Parameter.VAR_POSITIONAL in kinds:
        return
    unknown = [key for key in arguments if key not in parameters]
    missing = [key for key, parameter in parameters.items()
               if parameter.default is parameter.empty and key not in arguments]
    if unknown or missing:
        wrong = [f'does not take {unknown}'] * bool(unknown) + [f'needs {missing}'] * bool(missing)
        hint = did_you_mean(unknown[0], parameters.keys()) if unknown else ''
        raise ValueError(f'balancer {name} {" and ".join(wrong)}; {hint}its arguments are '
                         f'{[str(parameter) for parameter in parameters.values()]}')


def missing_solver(name: str, error: ImportError) -> ImportError:
    """TorchJD's complaint about a missing solver, with our extra."""
    return ImportError(f'balancer {name}: {str(error).split(". ")[0]}. Install it with: {_EXTRA}')
