"""Building a head, with what is wrong in its config said in words that name the task."""

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from mmmtl.registry import MODELS

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
        name = named[1]
        known = [f'mmmtl.{one}' for one in MODELS.module_dict]
        raise KeyError(f'{where}: there is no {name!r}; {_with_prefix(name, known)}One of your '
                       'own must be imported: custom_imports=dict(imports=["mmmtl", '
                       '"my_module"])') from error
    except TypeError as error:
        named = _UNKNOWN_OPTION.search(str(error))
        part = _part_with(cfg, named[1]) if named else None
        cls = _class_of(part)
        if cls is None:
            raise
        options = _options(cls)
        raise ValueError(f'{where}: {cls.__name__} does not take {named[1]!r}; '
                         f'{did_you_mean(named[1], options)}its options are {options}') from error


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The closest known name as a question, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f'did you mean {close[0]!r}? ' if close else ''


def _with_prefix(name: str, known: list[str]) -> str:
    """The closest name of this package, which a config names with its prefix."""
    ours = did_you_mean(f"mmmtl.{name.rpartition('.')[2]}", known)
    return ours and f'{ours}Components of mmmtl have its name before theirs. '


def _part_with(node: Any, option: str) -> Mapping | None:
    """The innermost config with a type that has this option."""
    if isinstance(node, Mapping):
        children, own = node.values(), node if option in node and 'type' in node else None
    elif isinstance(node, list | tuple):
        children, own = node, None
    else:
        return None
    deeper = (_part_with(child, option) for child in children)
    return next((part for part in deeper if part is not None), own)


def _class_of(part: Mapping | None) -> type | None:
    named = part['type'] if part is not None else None
    cls = MODELS.get(named) if isinstance(named, str) else named
    return cls if isinstance(cls, type) else None


def _options(cls: type) -> list[str]:
    """Options of a class, and of its bases as far as ``**kwargs`` goes on to them."""
    options: dict[str, None] = {}
    for one in cls.__mro__:
        if '__init__' not in vars(one):
            continue
        parameters = list(inspect.signature(one.__init__).parameters.values())[1:]
        options.update((p.name, None) for p in parameters
                       if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return list(options)
