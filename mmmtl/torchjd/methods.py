"""What is peculiar to single methods and scalarizers of TorchJD: the one table of it."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

#: the command that installs the library and its solvers
EXTRA = 'pip install "mmmtl[balancing]"'
#: methods that no single Jacobian is enough for, and why
REFUSED = {
    name: f'{name} needs the gradients of two independent batches a step (J1 J2^T); the Jacobian '
          'of one batch breaks its guarantee. Write a training step of your own with '
          f'torchjd.aggregation.{name}Weighting'
    for name in ('MoDo', 'SDMGrad')
}


def _equal_weights(gramian: Tensor, arguments: Mapping[str, Any]) -> Tensor:
    return torch.full_like(gramian[0], 1 / len(gramian))


def _weights_of_nash(gramian: Tensor, arguments: Mapping[str, Any]) -> Tensor:
    """NashMTL's of one row: ``G a = 1 / a``, and its bound."""
    bound = arguments.get('max_norm', 1.0) or 1.0
    norms = gramian.diagonal().sqrt()
    return min(1.0, bound) / torch.where(norms > 0, norms, 1.0)


@dataclass(frozen=True)
class Quirks:
    """What is peculiar to a method.

    Attributes:
        defaults: arguments that a config need not say.
        gramian_is_enough: whether the Gramian determines the weights, though the library does not
            count the method among the Gramian-weighted ones.
        min_rows: the rows that the implementation needs, from its arguments.
        weights_of_few: (T,) weights of the (T, T) Gramian of fewer rows than that, from it and the
            arguments; they are equal where nothing is said.
        class_name: of its class, where that is a weighting without an aggregator of its own.
    """

    defaults: Mapping[str, Any] = field(default_factory=dict)
    gramian_is_enough: bool = False
    min_rows: Callable[[Mapping[str, Any]], int] = lambda arguments: 1
    weights_of_few: Callable[[Tensor, Mapping[str, Any]], Tensor] = _equal_weights
    class_name: str | None = None


# TorchJD takes gradients shorter than 0.01 (the root of norm_eps) for zero: CAGrad would stop,
# UPGrad and DualProj not project.
_TINY = dict(type='QuadprogProjector', norm_eps=1e-12)
_METHODS = {
    'CAGrad': Quirks(dict(c=0.5, norm_eps=1e-12)),  # c and FairGrad's alpha as in LibMTL
    'Constant': Quirks(gramian_is_enough=True),
    'CRMOGM': Quirks(class_name='CRMOGMWeighting'),
    'DualProj': Quirks(dict(projector=_TINY)),
    'FairGrad': Quirks(dict(alpha=1.0)),
    # Both add eps to squared norms, so that 1e-8 would count at gradients of 1e-4.
    'GradVac': Quirks(dict(eps=1e-16)),
    'PCD': Quirks(dict(eps=1e-16)),
    'Krum': Quirks(min_rows=lambda given: max(given['n_byzantine'] + 3,
                                              given.get('n_selected', 1))),
    'Mean': Quirks(gramian_is_enough=True),
    'NashMTL': Quirks(dict(n_tasks=None), gramian_is_enough=True, min_rows=lambda given: 2,
                      weights_of_few=_weights_of_nash),
    'Random': Quirks(gramian_is_enough=True),
    'Sum': Quirks(gramian_is_enough=True),
    'TrimmedMean': Quirks(min_rows=lambda given: 2 * given['trim_number'] + 1),
    'UPGrad': Quirks(dict(projector=_TINY)),
}

#: learned exponents of scalarizers, and the range beyond which their exponential would overflow in
#: the end, where a loss stays at zero: UW multiplies by e^{-s}, IMTL-L by e^s
EXPONENT_SIDES = dict(log_var='low', log_scale='high')
#: smallest loss that a scalarizer sees whose derivative at zero is infinite
SMALLEST_LOSS = dict(GeometricMean=1e-8)


def quirks_of(method: str) -> Quirks:
    """Return what is peculiar to a method; of most nothing is."""
    return _METHODS.get(method, Quirks())


def torchjd_methods() -> dict[str, type]:
    """Return every method of the installed TorchJD by name; none if it is not installed.

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
    for name, quirks in _METHODS.items():
        if quirks.class_name and hasattr(aggregation, quirks.class_name):
            found[name] = getattr(aggregation, quirks.class_name)
    return found


def known_scalarizers() -> list[str]:
    """Return the names of all scalarizers of the installed TorchJD.

    Raises:
        ImportError: if it is not installed, with what to install.
    """
    try:
        from torchjd import scalarization
    except ImportError as error:
        raise ImportError("ScalarizerWeighting needs TorchJD, which cannot be imported "
                          f"({error}): {EXTRA}") from error
    classes = {name: getattr(scalarization, name) for name in scalarization.__all__}
    return sorted(name for name, cls in classes.items()
                  if isinstance(cls, type) and issubclass(cls, nn.Module)
                  and not inspect.isabstract(cls))


def missing_solver(name: str, error: ImportError) -> ImportError:
    """Return TorchJD's complaint about a missing solver, with our extra."""
    return ImportError(f'balancer {name}: {str(error).split(". ")[0]}. Install it with: {EXTRA}')
