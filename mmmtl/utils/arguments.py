"""An option that a class does not take, or one that it needs, said in the words of a config."""

import inspect
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from .class_options import is_plain, parameters_of
from .did_you_mean import did_you_mean

#: Python's words for a call with wrong names, and those of torch's Module
_CALL = re.compile(r'(\w+)(?:\.__(?:init|new)__)?\(\) '
                   r'(got an unexpected keyword argument|missing \d+ required|takes no)(.*)')


class Wrong(NamedTuple):
    """Names of options that are not taken, and of those that are needed."""

    unknown: list[str]
    lacking: list[str]


def explained(error: TypeError, cls: Any, given: Collection[str], *, name: str = '',
              filled: Collection[str] = ()) -> ValueError | None:
    """What the user may do about a call that has failed.

    A class that hands ``**kwargs`` on may take options out and put others in before. So it is
    only asked after the call, and only for what the error names.

    Args:
        error: of the call.
        cls: the class that was called.
        given: names of the options.
        name: how the message calls the class; its own name by default.
        filled: options that are filled in for the user, which the message leaves out.

    Returns:
        An error that names the wrong options, the closest one that there is, and all; ``None``
        where the options are not to blame, or it was no class that was called.
    """
    said = _CALL.search(str(error))
    # the class and its bases may also have called others, in vain
    if not said or said[1] not in {one.__name__ for one in getattr(cls, '__mro__', ())}:
        return None
    wrong = (_by_signature(cls, given, filled) if is_plain(cls) else
             _by_words(said, cls, given))
    return _error_of(wrong, cls, name, filled)


def check_options(cls: type, given: Collection[str], *, name: str = '') -> None:
    """Refuse options before the call, of a class whose signature says all.

    Raises:
        ValueError: as of :func:`explained`.
    """
    wrong = _by_signature(cls, given, ()) if is_plain(cls) else Wrong([], [])
    error = _error_of(wrong, cls, name, ())
    if error is not None:
        raise error


def _by_signature(cls: type, given: Collection[str], filled: Collection[str]) -> Wrong:
    parameters = parameters_of(cls)
    return Wrong([name for name in given if name not in parameters],
                 [name for name, parameter in parameters.items()
                  if parameter.default is parameter.empty and name not in {*given, *filled}])


def _by_words(said: re.Match[str], cls: type, given: Collection[str]) -> Wrong:
    """The options that Python names."""
    names = re.findall(r"'(\w+)'", said[3])
    if said[2].startswith('missing'):
        return Wrong([], [name for name in names
                          if name not in given and name in parameters_of(cls)])
    return Wrong([name for name in names[:1] if name in given], [])  # the next is a suggestion


def _error_of(wrong: Wrong, cls: type, name: str, filled: Collection[str]) -> ValueError | None:
    if not wrong.unknown and not wrong.lacking:
        return None
    options = {key: parameter for key, parameter in parameters_of(cls).items()
               if key not in filled}
    said = [f'does not take {_listed(wrong.unknown)}'] * bool(wrong.unknown)
    said += [f'needs {_listed(wrong.lacking)}'] * bool(wrong.lacking)
    hint = did_you_mean(wrong.unknown[0], list(options)) if wrong.unknown else ''
    return ValueError(f'{name or cls.__name__} {" and ".join(said)}; {hint}its options are '
                      f'{[_shown(parameter) for parameter in options.values()]}')


def _listed(names: list[str]) -> str:
    return ' and '.join(map(repr, names))


def _shown(parameter: inspect.Parameter) -> str:
    """The name, and the default where it is a number, a string or a truth value."""
    if isinstance(parameter.default, bool | int | float | str):
        return f'{parameter.name}={parameter.default!r}'
    return parameter.name
