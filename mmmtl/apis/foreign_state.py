"""State dicts of other people's networks: read, and put in the places of a model of ours."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

import torch
from mmengine.registry import init_default_scope
from torch import Tensor, nn

from mmmtl.registry import MODELS

from .checkpoint import check_checkpoint_file
from .config import load_config

#: (their name, tensor) → tensors by our names: none for a name that has no place, ``None`` for a
#: tensor that may be left out
Places = Callable[[str, Tensor], 'dict[str, Tensor] | None']


def read_state(path: str) -> dict[str, Tensor]:
    """The state dict of a file, bare or under ``state_dict``; no code in the file is run.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a file that is cut off, or holds anything else than named tensors.
    """
    check_checkpoint_file(path)
    try:
        state: Any = torch.load(path, map_location='cpu', weights_only=True)
    except Exception as error:  # a damaged pickle may raise anything
        raise ValueError('no state dict of plain tensors, or damaged; of a pickled model, save '
                         f'model.state_dict() ({repr(error)[:120]})') from error
    return _named_tensors(state.get('state_dict', state) if isinstance(state, Mapping) else state)


def _named_tensors(state: Any) -> dict[str, Tensor]:
    what = 'holds no state dict (a mapping of names to tensors)'
    if not isinstance(state, Mapping) or not state:
        raise ValueError(f'{what}, but {"an empty" if isinstance(state, Mapping) else "a"} '
                         f'{type(state).__name__}')
    for name, value in state.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise ValueError(f'{what}: {name!r} is a {type(value).__name__}')
    return dict(state)


def without_prefix(source: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors without ``module.``; a name that then is there twice is an error."""
    origin: dict[str, str] = {}
    for key in source:
        short = key.removeprefix('module.')
        if short in origin:
            raise KeyError(f'{origin[short]} and {key} of the file are one tensor with and without '
                           '"module."; remove one of them')
        origin[short] = key
    return {short: source[key] for short, key in origin.items()}


def place_all(source: Mapping[str, Tensor], places: Places, wanted: Mapping[str, Tensor],
              network: str) -> dict[str, Tensor]:
    """Every tensor of a file in its place, and every place with its tensor.

    Args:
        source: their state dict, names without ``module.``.
        places: where each belongs.
        wanted: our state dict.
        network: what the model is called in messages.

    Returns:
        Tensors by our names, all of ``wanted``.

    Raises:
        KeyError: tensors without a place, places without a tensor or with two.
        ValueError: a tensor of another shape.
    """
    taken: dict[str, tuple[str, Tensor]] = {}
    left_over = []
    for key, value in source.items():
        placed = places(key, value)
        if placed is None:
            continue
        if not placed or not placed.keys() <= wanted.keys():
            left_over.append(key)
        else:
            _take(taken, key, placed)
    _refuse([key for key in wanted if key not in taken], left_over, network)
    found = {name: tensor for name, (_, tensor) in taken.items()}
    _check_shapes(found, wanted)
    return found


def _take(taken: dict[str, tuple[str, Tensor]], key: str, placed: Mapping[str, Tensor]) -> None:
    for name in taken.keys() & placed.keys():
        raise KeyError(f'{taken[name][0]} and {key} of the file both belong to {name}; '
                       'remove one of them')
    taken.update((name, (key, tensor)) for name, tensor in placed.items())


def _check_shapes(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    for key, value in found.items():
        if value.shape != wanted[key].shape:
            raise ValueError(f'{key} has shape {tuple(value.shape)} in the file and '
                             f'{tuple(wanted[key].shape)} in the config\'s network; do classes and '
                             'tasks agree?')


def _refuse(missing: list[str], left_over: list[str], network: str) -> None:
    lines = [f'{title} ({len(keys)}): {", ".join(keys[:8])}{" …" if len(keys) > 8 else ""}'
             for title, keys in (('without a place in the network', left_over),
                                 ('of the network, missing from the file', missing)) if keys]
    if lines:
        raise KeyError(f'the file is not of the config\'s network ({network}): '
                       + '; '.join(lines))


def run_converter(description: str | None,
                  convert: Callable[[dict[str, Tensor], nn.Module], dict[str, Tensor]]) -> None:
    """The command ``SRC CONFIG DST`` of a converter.

    Args:
        description: of the command, for ``--help``.
        convert: (their state dict, model of the config) → our state dict.

    Raises:
        SystemExit: the file is none, or not of the config's network; nothing is written then.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', metavar='SRC', help="the authors' state dict")
    parser.add_argument('config', metavar='CONFIG', help='config of the same network')
    parser.add_argument('target', metavar='DST', help='checkpoint to write')
    args = parser.parse_args()
    cfg = load_config(args.config)
    init_default_scope(cfg.get('default_scope', 'mmseg'))
    try:
        converted = convert(read_state(args.source), MODELS.build(cfg.model))
    except (KeyError, ValueError, FileNotFoundError) as error:
        raise SystemExit(f'{args.source}: {error.args[0]}') from None
    torch.save(dict(state_dict=converted, meta=dict(source=args.source)), args.target)
    print(f'{args.target}: {len(converted)} tensors')
