"""TorchJD's scalarizers: found by name, built with arguments by task, called on some tasks."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from mmmtl.torchjd.methods import EXPONENT_SIDES, SMALLEST_LOSS, known_scalarizers
from mmmtl.utils.arguments import explained

from .bounded import LARGEST_EXPONENT, bounded

Scalarizer = Callable[[Tensor], Tensor]

_LIMITS = dict(low=-LARGEST_EXPONENT, high=LARGEST_EXPONENT)


def find_scalarizer(name: str | type) -> type[nn.Module]:
    """The class of this name, or the class itself.

    Raises:
        KeyError: if there is none of this name, with the list of those there are.
    """
    if isinstance(name, type):
        return name
    known = known_scalarizers()
    if name not in known:
        raise KeyError(f'ScalarizerWeighting: no scalarizer {name!r} in the installed TorchJD; '
                       f'known are {known}')
    from torchjd import scalarization
    return getattr(scalarization, name)


def build_scalarizer(cls: type[nn.Module], arguments: Mapping[str, Any],
                     tasks: Sequence[str]) -> nn.Module:
    """Build a scalarizer of one value per task.

    ``shape`` is filled in. A tensor may be given as a number per task, by name or in the order of
    the tasks, or as one number for all. Tensors become buffers that are not saved, so that they
    follow the model to its device; those made here are float64.

    Raises:
        ValueError: if the scalarizer does not take these arguments; with those that it takes.
    """
    parameters = inspect.signature(cls).parameters
    chosen = {'shape': len(tasks)} if 'shape' in parameters else {}
    for name, value in arguments.items():
        is_tensor = name in parameters and 'Tensor' in str(parameters[name].annotation)
        chosen[name] = _tensor_of(value, tasks, f'{cls.__name__}.{name}') if is_tensor else value
    name = f'ScalarizerWeighting: {cls.__name__}'
    try:
        scalarizer = cls(**chosen)
    except TypeError as error:
        raise explained(error, cls, chosen, name=name, filled=['shape']) or ValueError(
            f'{name} cannot be built with {dict(arguments)}: {error}') from error
    for name, value in list(vars(scalarizer).items()):
        if isinstance(value, Tensor):
            delattr(scalarizer, name)
            scalarizer.register_buffer(name, value, persistent=False)
    return scalarizer


def _tensor_of(value: Any, tasks: Sequence[str], what: str) -> Tensor | None:
    if value is None:
        return None
    if isinstance(value, Tensor):
        return value if value.is_floating_point() else value.float()
    if isinstance(value, Mapping):
        if set(value) != set(tasks):
            raise ValueError(f'{what} is by the tasks {list(value)}, but the tasks are '
                             f'{list(tasks)}')
        value = [value[task] for task in tasks]
    elif not isinstance(value, Sequence):
        value = [value] * len(tasks)
    if len(value) != len(tasks):
        raise ValueError(f'{what} has {len(value)} values, but there are {len(tasks)} tasks: '
                         f'{list(tasks)}')
    return torch.tensor([float(v) for v in value], dtype=torch.float64)


def scalarize(scalarizer: nn.Module, values: Tensor, number: int,
              index: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Value of a scalarizer, and its derivative by each value.

    Args:
        scalarizer: of ``number`` values.
        values: (P,) losses.
        number: of all tasks, T.
        index: (P,) which of the tasks they are of, if not all: what the scalarizer keeps per task
            is cut to these.

    Returns:
        The total, connected to the scalarizer's parameters but not to ``values``, and the (P,)
        derivatives, detached. Derivatives of second order are not there.

    Losses of exactly zero do no harm: learned exponents (UW, IMTL-L) count as -20 and 20 at most,
    and GeometricMean, whose derivative there is infinite, sees 1e-8 instead.
    """
    floor = SMALLEST_LOSS.get(type(scalarizer).__name__)
    if floor is not None:
        values = values.where((values < 0) | (values >= floor), values.new_tensor(floor))
    kept = {name: bounded(parameter, **{side: _LIMITS[side]})
            for name, parameter in scalarizer.named_parameters()
            if (side := EXPONENT_SIDES.get(name))}
    if index is not None:
        kept |= {name: kept.get(name, tensor)[index]
                 for name, tensor in (*scalarizer.named_parameters(), *scalarizer.named_buffers())
                 if tensor.shape == (number,)}
    learned = [p for p in scalarizer.parameters() if p.requires_grad]
    with torch.enable_grad(), torch.autocast(values.device.type, enabled=False):
        leaf = values.detach().requires_grad_()
        total = functional_call(scalarizer, kept, (leaf,)) if kept else scalarizer(leaf)
        by_value, *by_parameter = torch.autograd.grad(total, [leaf, *learned])
    connected = total.detach()
    for parameter, gradient in zip(learned, by_parameter, strict=True):
        connected = connected + (gradient * (parameter - parameter.detach())).sum()
    return connected, by_value
