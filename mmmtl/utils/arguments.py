"""An option that a class does not take, or one that it needs: found before the class is called."""

import inspect
from collections.abc import Collection, Iterable

from .class_options import parameters_of, takes_anything
from .did_you_mean import did_you_mean


def unknown_options(cls: type, given: Iterable[str]) -> list[str]:
    """Return the given options that neither the class nor its bases take.

    It is none where the class keeps ``**kwargs`` for something else.
    """
    if takes_anything(cls):
        return []
    known = parameters_of(cls)
    return [name for name in given if name not in known]


def missing_options(cls: type, given: Collection[str]) -> list[str]:
    """Return the options without a default that are not given."""
    return [name for name, parameter in parameters_of(cls).items()
            if parameter.default is parameter.empty and name not in given]


def check_options(cls: type, given: Collection[str], *, name: str = '',
                  filled: Collection[str] = (), missing: bool = False) -> None:
    """Refuse options that a class does not take.

    Args:
        cls: the class that will be called with them.
        given: names of the options.
        name: how the message calls the class; its own name by default.
        filled: options that are filled in for the user, which the message leaves out.
        missing: whether options without a default must be given too.

    Raises:
        ValueError: naming the wrong options, the closest one that there is, and all.
    """
    if not isinstance(cls, type):  # a registered function is left to Python's own words
        return
    unknown = unknown_options(cls, given)
    lacking = missing_options(cls, {*given, *filled}) if missing else []
    if not unknown and not lacking:
        return
    options = {key: parameter for key, parameter in parameters_of(cls).items()
               if key not in filled}
    wrong = [f'does not take {_listed(unknown)}'] * bool(unknown)
    wrong += [f'needs {_listed(lacking)}'] * bool(lacking)
    hint = did_you_mean(unknown[0], list(options)) if unknown else ''
    raise ValueError(f'{name or cls.__name__} {" and ".join(wrong)}; {hint}its options are '
                     f'{[_shown(parameter) for parameter in options.values()]}')


def _listed(names: list[str]) -> str:
    return ' and '.join(map(repr, names))


def _shown(parameter: inspect.Parameter) -> str:
    """The name, and the default where it is a number, a string or a truth value."""
    if isinstance(parameter.default, bool | int | float | str):
        return f'{parameter.name}={parameter.default!r}'
    return parameter.name
