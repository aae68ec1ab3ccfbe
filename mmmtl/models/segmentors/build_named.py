"""Building a head, with what is wrong in its config said in words that name the task."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from mmmtl.registry import MODELS
from mmmtl.utils.class_options import options_of
from mmmtl.utils.did_you_mean import did_you_mean

T = TypeVar('T')
_UNKNOWN_TYPE = re.compile(r"([\w.:-]+) is not in the ")
_UNKNOWN_OPTION = re.compile(r"got an unexpected keyword argument '(\w+)'")


def build_named(where: str, cfg: Any, build: Callable[[Any], T] = MODELS.build) -> T:
    """Build what a config describes; errors of the registry and of Python say where.

    Args:
        where: what the config is of, as the user writes it.
        cfg: config of a head, or a list of them.
        build: what builds it.

    Raises:
        KeyError: a type in the config is not registered.
        ValueError: a class in the config does not take an option.
    """
    try:
        return build(cfg)
    except KeyError as error:
        named = _UNKNOWN_TYPE.search(str(error))
        if not named:
            raise
        raise KeyError(f"{where}: there is no {named[1]!r}; {_hint(named[1])}One of your own must "
                       "be imported: custom_imports=dict(imports=['mmmtl', 'my_module'])"
                       ) from error
    except TypeError as error:
        named = _UNKNOWN_OPTION.search(str(error))
        cls = _class_without(cfg, named[1]) if named else None
        if cls is None:
            raise
        options = options_of(cls)
        raise ValueError(f'{where}: {cls.__name__} does not take {named[1]!r}; '
                         f'{did_you_mean(named[1], options)}its options are {options}') from error


def check_options(cls: type, options: Iterable[str]) -> None:
    """Refuse options that a class and its bases do not take, in the name of the class.

    Raises:
        ValueError: with the closest option, and all.
    """
    known = options_of(cls)
    for option in options:
        if option not in known:
            raise ValueError(f'{cls.__name__} does not take {option!r}; '
                             f'{did_you_mean(option, known)}its options are {known}')


def _hint(name: str) -> str:
    """The closest registered name: of this package with its prefix, of MMSegmentation without."""
    known = {one: one for one in MODELS.parent.module_dict} if MODELS.parent else {}
    known |= {one: f'mmmtl.{one}' for one in MODELS.module_dict}
    return did_you_mean(name.rpartition('.')[2], known)


def _class_without(node: Any, option: str) -> type | None:
    """The class in a config that is given an option which it does not have."""
    if isinstance(node, list | tuple):
        children = node
    elif isinstance(node, Mapping):
        children = node.values()
        cls = node.get('type')
        cls = MODELS.get(cls) if isinstance(cls, str) else cls
        if option in node and isinstance(cls, type) and option not in options_of(cls):
            return cls
    else:
        return None
    found = (_class_without(child, option) for child in children)
    return next((cls for cls in found if cls is not None), None)
