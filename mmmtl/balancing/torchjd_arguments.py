"""Arguments of TorchJD's methods that are objects there, and dicts in a config."""

from collections.abc import Mapping
from typing import Any

from .find import torchjd_methods


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
    try:
        return getattr(linalg, name)(**options)
    except TypeError as error:
        raise ValueError(f'{method}: projector={value!r} cannot be built: {error}') from error


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
