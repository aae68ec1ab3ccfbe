"""Arguments of TorchJD's methods that are objects there, and dicts in a config."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from mmmtl.utils.arguments import explained

from .methods import torchjd_methods

#: arguments with one number per task
_PER_TASK = ('weights', 'pref_vector', 'leak', 'initial_weights')


class RowsOf(NamedTuple):
    """The tasks that the rows of a Jacobian are of.

    Attributes:
        names: of all tasks; empty where they have none.
        number: of all tasks; ``None`` where it is not known yet.
        present: index of the task of each row; ``None`` only to see whether arguments are right.
        like: a tensor of the Jacobian's type and device.
    """

    names: tuple[str, ...]
    number: int | None
    present: tuple[int, ...] | None
    like: Tensor


def converted(method: str, key: str, value: Any, rows: RowsOf) -> Any:
    """Return an argument as TorchJD wants it, from what a config says.

    Raises:
        ValueError: if it does not fit the tasks; naming method, argument and tasks.
    """
    if key == 'n_tasks':
        return len(rows.present) if rows.present else value or 2
    if key == 'projector':
        return projector_of(method, value)
    if key in _PER_TASK and value is not None:
        return _vector(method, key, value, rows)
    if key == 'tau' and isinstance(value, list | tuple | Tensor):  # of all but the first task
        first = [1.0, *(float(number) for number in value)]
        return _vector(method, key, first, rows)[1:]
    return value


def _vector(method: str, key: str, value: Any, rows: RowsOf) -> Tensor:
    """One number for each row, from those of all tasks, by name or in their order."""
    names = list(rows.names)
    if isinstance(value, Mapping):
        if rows.present is None:
            return torch.ones(2)
        if set(value) != set(names):
            raise ValueError(f'{method}: {key} has values for {list(value)}, but the tasks are '
                             f'{names}')
        value = [value[name] for name in names]
    vector = torch.as_tensor(value, dtype=rows.like.dtype, device=rows.like.device)
    if rows.present is None:
        return vector
    if rows.number is not None and len(vector) != rows.number:
        raise ValueError(f'{method}: {key} has {len(vector)} values for {rows.number} tasks '
                         f'{names}')
    return vector[list(rows.present)]


def projector_of(method: str, value: Any) -> Any:
    """A dual cone projector from its config; ``None`` and built ones stay.

    Raises:
        ValueError: if it is no config, there is no such projector, or it does not take an option;
            with those that there are.
    """
    from torchjd import linalg
    base = linalg.DualConeProjector
    if value is None or isinstance(value, base):
        return value
    known = sorted(name for name, cls in vars(linalg).items() if cls is not base
                   and isinstance(cls, type) and issubclass(cls, base))
    options = dict(value) if isinstance(value, Mapping) else {}
    name = options.pop('type', None)
    if name not in known:
        raise ValueError(f'{method}: projector must be a dict with a type out of {known}, such as '
                         f"projector=dict(type='{known[0]}'); got {value!r}")
    cls = getattr(linalg, name)
    try:
        return cls(**options)
    except TypeError as error:
        raise explained(error, cls, options, name=f'{method}: projector {name}') or ValueError(
            f'{method}: projector={value!r} cannot be built: {error}') from error


def smoothed_method(value: Any) -> dict[str, Any]:
    """Arguments of the :class:`TorchJDBalancer` whose weights CRMOGM smooths.

    Args:
        value: its ``weighting``: a dict with the type of a method, and options of that.

    Raises:
        ValueError: if it is none, or of a method that is not TorchJD's.
    """
    options = dict(value) if isinstance(value, Mapping) else {}
    name = options.pop('type', None)
    if not isinstance(name, str):
        raise ValueError("CRMOGM: weighting must be a dict with the type of the method whose "
                         "weights are to be smoothed, such as weighting=dict(type='UPGrad'); got "
                         f'{value!r}')
    method = name.removeprefix('mmmtl.').removesuffix('Weighting')
    known = torchjd_methods()
    if method not in known:
        others = sorted(set(known) - {'CRMOGM'})
        raise ValueError(f'CRMOGM: weighting=dict(type={name!r}) is no method of TorchJD, whose '
                         f'weights alone it can smooth; take one of {others}')
    return dict(options, method=method)


def smooth(cls: type, method: str, aggregator: nn.Module, arguments: dict[str, Any]) -> nn.Module:
    """Return the aggregator whose weights are those of another one, smoothed.

    Args:
        cls: the weighting that smooths.
        method: name of the method that is smoothed, for the message.
        aggregator: of that method.
        arguments: of ``cls``.

    Raises:
        ValueError: if the method has no weights.
    """
    from torchjd.aggregation import GramianWeightedAggregator, WeightedAggregator
    if isinstance(aggregator, GramianWeightedAggregator):
        return GramianWeightedAggregator(cls(aggregator.gramian_weighting, **arguments))
    if not isinstance(aggregator, WeightedAggregator):
        raise ValueError(f'CRMOGM smooths weights, but {method} has none')
    return WeightedAggregator(cls(aggregator.weighting, **arguments))
