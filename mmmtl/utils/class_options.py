"""Which options a class takes."""

import ast
import inspect
import textwrap

from torch import nn


def options_of(cls: type) -> list[str]:
    """Options of a class, and of its bases as far as ``**kwargs`` goes on to them."""
    return list(parameters_of(cls))


def parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """The parameters behind :func:`options_of`, by name; those of the class go first."""
    found: dict[str, inspect.Parameter] = {}
    for one in _chain(cls):
        for p in _parameters(one) or []:
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
                found.setdefault(p.name, p)
    return found


def is_plain(cls: type) -> bool:
    """Whether the signature says all that a call may be given.

    It does not where ``**kwargs`` go anywhere, a decorator stands before ``__init__``, or something
    else than ``__init__`` sees the call.
    """
    chain = _chain(cls)
    if type(cls).__call__ is not type.__call__ or cls.__new__ is not object.__new__:
        return False
    return all(
        not hasattr(one.__init__, '__wrapped__') and (found := _parameters(one)) is not None
        and all(p.kind is not p.VAR_KEYWORD for p in found) for one in chain if one is not object)


def takes_anything(cls: type) -> bool:
    """Whether a class keeps ``**kwargs`` for something else than its bases.

    mmseg's ``TIMMBackbone`` gives them to timm, mmcv's ``RandomResize`` to another transform. Where
    the source is not at hand it counts as such.
    """
    chain = _chain(cls)
    if not chain:
        return False
    parameters = _parameters(chain[-1])
    if parameters is None or any(p.kind is p.VAR_KEYWORD for p in parameters):
        return True
    return any(not _hands_on(one) for one in chain[:-1])


def _chain(cls: type) -> list[type]:
    """Classes whose ``__init__`` an option may reach, the class first."""
    chain = []
    for one in cls.__mro__:
        if '__init__' not in vars(one):
            continue
        # torch's Module refuses every option, whatever its signature says
        if one is nn.Module or one is object and chain:
            break
        chain.append(one)
        parameters = _parameters(one)
        if parameters is None or all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return chain


def _parameters(cls: type) -> list[inspect.Parameter] | None:
    """Parameters of ``__init__`` but ``self``; ``None`` of a class that is written in C."""
    try:
        return list(inspect.signature(cls.__init__).parameters.values())[1:]
    except ValueError:
        return None


def _hands_on(cls: type) -> bool:
    """Whether ``__init__`` calls that of a base with its ``**kwargs``."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls.__init__)))
    except (OSError, TypeError, SyntaxError):
        return False
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr == '__init__' and any(word.arg is None for word in node.keywords)
        for node in ast.walk(tree))
