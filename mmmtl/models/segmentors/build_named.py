"""Building a head, with what is wrong in its config said in words that name the task."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from mmmtl.registry import MODELS
from mmmtl.utils.arguments import check_options
from mmmtl.utils.did_you_mean import did_you_mean

T = TypeVar('T')
#: options whose config goes to the registry as it stands; those of activations and norms do not
_BUILT_AS_IT_STANDS = ('body', 'loss_decode')


def build_named(where: str, cfg: Any, build: Callable[[Any], T] = MODELS.build) -> T:
    """Build what a config describes, after a check of types and options that says where.

    Args:
        where: what the config is of, as the user writes it.
        cfg: config of a head, or a list of them.
        build: what builds it.

    Raises:
        KeyError: a type in the config is not registered.
        TypeError: a class that the head builds by itself does not take its options.
        ValueError: a class in the config does not take an option.
    """
    _check(where, cfg)
    try:
        return build(cfg)
    except (KeyError, TypeError) as error:  # of what the head itself builds, as its norms
        kind = KeyError if isinstance(error, KeyError) else TypeError
        raise kind(f'{where}: {error.args[0] if error.args else error!r}') from error


def _check(where: str, node: Any) -> None:
    if isinstance(node, list | tuple):
        for child in node:
            _check(where, child)
    if not isinstance(node, Mapping) or 'type' not in node:
        return
    cls = node['type']
    if isinstance(cls, str):
        with MODELS.switch_scope_and_registry(node.get('_scope_')) as scoped:
            cls = scoped.get(cls)
    if cls is None:
        raise KeyError(f"{where}: there is no {node['type']!r}; {_hint(node['type'])}One of your "
                       "own must be imported: custom_imports=dict(imports=['mmmtl', 'my_module'])")
    if isinstance(cls, type):
        try:
            check_options(cls, [key for key in node if key not in ('type', '_scope_')])
        except ValueError as error:
            raise ValueError(f'{where}: {error}') from None
    for key in _BUILT_AS_IT_STANDS:
        _check(where, node.get(key))


def _hint(name: str) -> str:
    """The closest registered name: of this package with its prefix, of MMSegmentation without."""
    known = {one: one for one in MODELS.parent.module_dict} if MODELS.parent else {}
    known |= {one: f'mmmtl.{one}' for one in MODELS.module_dict}
    return did_you_mean(name.rpartition('.')[2], known)
