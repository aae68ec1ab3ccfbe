"""Building a head, with what is wrong in its config said in words that name the task."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from mmmtl.registry import MODELS
from mmmtl.utils.arguments import explained
from mmmtl.utils.did_you_mean import did_you_mean

T = TypeVar('T')
#: options in which a head of the hosts or of ours keeps configs of what it builds
_NESTED = ('body', 'loss_decode')


def build_named(where: str, cfg: Any, build: Callable[[Any], T] = MODELS.build) -> T:
    """Build what a config describes; what fails is said with where it stands.

    Configs are only looked at after an error: a head of one's own may read its options, and what
    is nested in them, as it likes.

    Args:
        where: what the config is of, as the user writes it.
        cfg: config of a head, or a list of them.
        build: what builds it.

    Raises:
        KeyError: a type in the config is not registered.
        TypeError: something that the head builds by itself does not take its options.
        ValueError: a class in the config does not take an option, or lacks one.
    """
    try:
        return build(cfg)
    except KeyError as error:
        said = str(_said(error))
        unknown = [node['type'] for node in _configs(cfg)
                   if said.startswith(f'{node["type"]} is not in the ')]
        raise KeyError(f'{where}: {_no_such(unknown[0]) if unknown else said}') from error
    except TypeError as error:
        better = next(filter(None, (_explained(error, node) for node in _configs(cfg))), None)
        kind = ValueError if better else TypeError
        raise kind(f'{where}: {better or _said(error)}') from error


def _configs(node: Any) -> Iterator[Mapping]:
    """The config, and those of what is nested in it."""
    for child in node if isinstance(node, list | tuple) else ():
        yield from _configs(child)
    if isinstance(node, Mapping) and 'type' in node:
        yield node
        for key in _NESTED:
            yield from _configs(node.get(key))


def _explained(error: TypeError, node: Mapping) -> ValueError | None:
    cls = node['type']
    if isinstance(cls, str):
        with MODELS.switch_scope_and_registry(node.get('_scope_')) as scoped:
            cls = scoped.get(cls)
    return explained(error, cls, [key for key in node if key not in ('type', '_scope_')])


def _said(error: Exception) -> Any:
    return error.args[0] if error.args else repr(error)


def _no_such(name: str) -> str:
    return (f"there is no {name!r}; {_hint(name)}One of your own must be imported: "
            "custom_imports=dict(imports=['mmmtl', 'my_module'])")


def _hint(name: str) -> str:
    """The closest registered name: of this package with its prefix, of MMSegmentation without."""
    known = {one: one for one in MODELS.parent.module_dict} if MODELS.parent else {}
    known |= {one: f'mmmtl.{one}' for one in MODELS.module_dict}
    return did_you_mean(name.rpartition('.')[2], known)
