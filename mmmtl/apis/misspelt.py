"""A key that is almost a known one is refused: a misspelt option would change nothing.

Keys of one's own are welcome at the top level of a config, and everywhere if they are not close to
a known key. A key is misspelt if it is close to a known one that stands in its place, is not known
itself, and is not used in the config.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.registry import Registry

from mmmtl.balancing.balancer_by_name import own_methods
from mmmtl.registry import BALANCERS, MODELS, TRANSFORMS
from mmmtl.torchjd.methods import torchjd_methods
from mmmtl.utils.class_options import options_of, takes_anything
from mmmtl.utils.did_you_mean import did_you_mean

from .known_keys import (
    CONSTRUCTORS,
    DEFAULT_TYPES,
    ELSEWHERE,
    FREE,
    METAINFO,
    REGISTRIES,
    TOP_LEVEL,
)

_ALIKE = 0.8  # 1 is the same; `val_dataset` for `val_dataloader`, 0.72, is a name of one's own

_OF_EVERY_CONFIG = ('type', '_scope_', '_delete_', 'priority')


def near(name: str, known: Iterable[str]) -> str:
    """``"did you mean 'NAME'? "`` for a name that must be a misspelling, else ``''``.

    The closest three names at most are asked for. Names that differ in digits (``model2``) or
    by whole words (``drop_path_rate`` beside ``drop_rate``, ``checkpoint_best``) are others on
    purpose.
    """
    plain = {_plain(one): one for one in known}
    if not isinstance(name, str) or len(name) < 3 or _without_digits(name) in plain:
        return ''
    if _plain(name) in plain:  # optimWrapper, optim-wrapper
        return f'did you mean {plain[_plain(name)]!r}? '
    words = set(name.split('_'))
    others = {key: one for key, one in plain.items()
              if not (words < (known_words := set(str(one).split('_'))) or known_words < words)}
    return did_you_mean(_plain(name), others, _ALIKE, most=3)


def check_options(cfg: Config, options: Mapping[str, Any]) -> None:
    """Refuse keys of ``--cfg-options`` that would be new beside one that they are close to.

    What a class describes is left to :func:`check_keys`, after the merge. Options of the top level
    that belong elsewhere, or change a variable whose value was copied when the file was read, would
    change nothing: they are refused where it is known what is meant, and otherwise warned of.

    Args:
        cfg: before the options are merged into it.
        options: dotted keys and their values.

    Raises:
        ValueError: naming key, place, and what is close, or where the key belongs.
    """
    for key in options:
        _check_level(cfg, key)
        nodes = _walk(cfg, parts := key.split('.'))
        depth = len(nodes) - 1  # of the first part that is not there
        if depth == len(parts):
            continue
        # What is None could only become a list.
        depth -= nodes[-1] is None
        _check_index(key, depth)
        described = all(isinstance(node, Config | Mapping) for node in nodes)
        if described and not any(part.endswith('custom_keys') for part in parts[:depth]):
            _check_new(options, key, depth, nodes[-1])


def _walk(cfg: Config, parts: list[str]) -> list[Any]:
    """Return the config and what its dotted parts lead to, as far as they are there."""
    nodes: list[Any] = [cfg]
    for name in parts:
        node = nodes[-1]
        if isinstance(node, list | tuple) and name.isdigit() and int(name) < len(node):
            nodes.append(node[int(name)])
        elif isinstance(node, Config | Mapping) and name in node:
            nodes.append(node[name])
        else:
            break
    return nodes


def _check_new(options: Mapping[str, Any], key: str, depth: int, node: Any) -> None:
    """An option whose part number ``depth`` is new in its place, ``node``."""
    parts = key.split('.')
    place, name = '.'.join(parts[:depth]), parts[depth]
    if depth and 'type' in node or f'{place}.type' in options:
        return
    known = {*map(str, node), *(TOP_LEVEL if depth == 0 else FREE.get(place, ()))}
    fine = name in known or depth and _has_type('.'.join(parts[:depth + 1]), options)
    hint = '' if fine else near(name, known)
    if hint:
        raise ValueError(f'--cfg-options {key}: {place or "the config"} has no {name!r}; {hint}'
                         'Nothing would have changed')


def _check_level(cfg: Config, key: str) -> None:
    name = key.partition('.')[0]
    if name in TOP_LEVEL and name not in ELSEWHERE:
        return
    if name in ELSEWHERE:
        raise ValueError(f'--cfg-options {key}: nothing reads {name!r} at the top level of a '
                         f'config; write {ELSEWHERE[name]}{key.removeprefix(name)}')
    if name in cfg:
        print_log(f'--cfg-options {key}: {name!r} is a variable of the config file, copied to '
                  'where it is used before options are read; change it there, or in a file',
                  logger='current', level=logging.WARNING)
    else:
        print_log(f'--cfg-options {key}: the config has no {name!r} yet, and neither we nor the '
                  'hosts read a key of that name', logger='current', level=logging.WARNING)


def _check_index(key: str, depth: int) -> None:
    """Refuse an index into a list that is not there: mmengine would make a dict of it.

    Args:
        key: dotted.
        depth: of its first part that is not there; names of parameters may hold digits.
    """
    parts = key.split('.')
    if 'custom_keys' in parts[:depth + 1] or not ''.join(parts[depth + 1:depth + 2]).isdigit():
        return
    place = '.'.join(parts[:depth + 1])
    raise ValueError(f'--cfg-options {key}: the config has no list {place} of which '
                     f'{parts[depth + 1]} could be changed; write it in a file, as in '
                     f'{parts[depth]} = [dict(type=...)]')


def _has_type(key: str, options: Mapping[str, Any]) -> bool:
    """Whether the options describe something new and complete at a key."""
    value = options.get(key)
    return f'{key}.type' in options or isinstance(value, Mapping) and 'type' in value


def check_keys(cfg: Config) -> None:
    """Refuse keys of a config that are close to known ones, and unknown themselves.

    Raises:
        ValueError: naming key, place, and what is close.
    """
    known = TOP_LEVEL | {key for key in cfg if key.startswith('_')}
    for key in cfg:
        if key in known or not near(key, TOP_LEVEL) or _is_used(cfg, key):
            continue
        raise ValueError(f'the config has a key {key!r}, which nothing reads; '
                       f'{near(key, TOP_LEVEL)}A variable of your own needs a name less close')
    for key in TOP_LEVEL.intersection(cfg):
        if not key.endswith('_pipeline'):
            _check(key, cfg[key], REGISTRIES.get(key))


def _check(place: str, node: Any, registry: Registry | None) -> None:
    if isinstance(node, list | tuple):
        for index, child in enumerate(node):
            _check(f'{place}.{index}', child, registry)
        return
    if not isinstance(node, Mapping):
        return
    _check_names(place, node, registry)
    for key, child in node.items():
        if key == 'paramwise_cfg' and not _is_known_constructor(node.get('constructor')):
            continue
        _check(f'{place}.{key}', child, _registry_below(place, key, registry))


def _check_names(place: str, node: Mapping, registry: Registry | None) -> None:
    """The keys of one mapping, those below it left out."""
    cls = _class(node.get('type', DEFAULT_TYPES.get(place)), registry)
    # hooks and metrics that keep **kwargs drop them, models and transforms give them to others
    if 'type' in node and (cls is None or registry in (MODELS, TRANSFORMS) and takes_anything(cls)):
        return
    known = _known_at(place, cls)
    for key, child in node.items():
        if key in known or key in _OF_EVERY_CONFIG:
            continue
        if cls is None and isinstance(child, Mapping) and 'type' in child:
            continue  # complete, like one more hook
        if hint := near(key, known):
            of = f'{cls.__name__} in {place}' if cls else place
            raise ValueError(f'{place}.{key}: {of} knows no {key!r}; {hint.strip()}')


def _known_at(place: str, cls: type | None) -> set[str]:
    known = {*FREE.get(re.sub(r'(custom_keys)\..*', r'\1.*', place), ())}
    known.update(METAINFO if place.endswith('.metainfo') else ())
    known.update(options_of(cls) if cls else ())
    return known


def _registry_below(place: str, key: str, registry: Registry | None) -> Registry | None:
    if key in ('train_cfg', 'test_cfg') and place.partition('.')[0] in ('model', 'tta_model'):
        return registry  # of the model, not of a loop
    return REGISTRIES.get(key, registry)


def _is_known_constructor(named: Any) -> bool:
    return named is None or isinstance(named, str) and named.rpartition('.')[2] in CONSTRUCTORS


def _class(named: Any, registry: Registry | None) -> type | None:
    """A registered class; ``None`` where there is none, which is the registry's to report."""
    if isinstance(named, type):
        return named
    if not isinstance(named, str) or registry is None:
        return None
    scope, _, bare = named.rpartition('.')
    if scope not in ('', 'mmmtl', 'mmseg', 'mmengine'):
        return None
    if registry is BALANCERS and bare not in own_methods():
        return torchjd_methods().get(bare.removesuffix('Weighting'))
    found = set()  # a bare name may be the host's or ours, by the default scope
    while registry is not None:
        registry.import_from_location()
        found |= {registry.module_dict[bare]} if bare in registry.module_dict else set()
        registry = None if scope and found else registry.parent
    cls = found.pop() if len(found) == 1 else None
    return cls if isinstance(cls, type) else None


def _is_used(cfg: Config, key: str) -> bool:
    """Whether a variable's name is read in the files of the config, or its value is in use."""
    reads = rf'(?<![\w\'"#]){re.escape(key)}\b(?!\s*=[^=])'
    if re.search(reads, re.sub(r'#.*', '', cfg.text or '')):
        return True
    value = cfg[key]
    if not value or not isinstance(value, str | list | tuple | Mapping):
        return False  # True and 1 stand anywhere
    parts = [part for name in TOP_LEVEL.intersection(cfg) for part in _parts(cfg[name])]
    if value in parts:
        return True
    # a dumped config has no names any more: a list may have been joined to another
    return isinstance(value, list | tuple) and all(one in parts for one in value)


def _parts(node: Any) -> Iterator[Any]:
    yield node
    children = node.values() if isinstance(node, Mapping) else (
        node if isinstance(node, list | tuple) else ())
    for child in children:
        yield from _parts(child)


def _plain(name: str) -> str:
    return name.lower().replace('-', '').replace('_', '')


def _without_digits(name: str) -> str:
    bare = re.sub(r'\d+', '', name)
    return _plain(bare) if bare != name else ''
