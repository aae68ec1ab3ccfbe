"""Convert a state dict of MTAN's authors (``im2im_pred/model_segnet_*.py``) for our configs.

    python tools/model_converters/mtan.py SRC.pth CONFIG DST.pth

CONFIG is the config of the same network (``configs/mtan``); its tasks, in the order of its heads,
are the authors' tasks 1, 2, 3. Every tensor of the file has to find its place, and every place of
the network its tensor; otherwise nothing is written, and the names are listed.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence

import torch
from mmengine.registry import init_default_scope
from torch import Tensor, nn

from mmmtl.apis.config import load_config
from mmmtl.registry import MODELS

_UNIT = 3  # convolution, normalisation, ReLU
_UNUSED_LOG_VARIANCES = 'logsigma'


def rename(key: str, tasks: Sequence[str], depth: int = 1, dense: bool = False) -> str | None:
    """Our name of one of the authors' tensors; ``None`` for a name that none of them has.

    Args:
        key: the authors' name.
        tasks: in the order of the authors' numbers, which start at 0 in blocks and at 1 in heads.
        depth: convolutions a unit (2 in ``split --type deep``).
        dense: whether the network is the dense one, whose shared decoder lacks level 0 with us.
    """
    head = re.fullmatch(r'pred_task(\d?)\.([01])\.(weight|bias)', key)
    if head:
        task = int(head[1] or 1) - 1
        if task >= len(tasks):
            return None
        prefix = 'decode_head' if task == 0 else f'task_heads.{tasks[task]}'
        layer = 'convs.0.conv' if head[2] == '0' else 'conv_seg'
        return f'{prefix}.body.{layer}.{head[3]}'
    shared = re.fullmatch(r'(en|de)coder_block_att\.(\d)\.(.+)', key)
    if shared:
        return f'backbone.{shared[1]}coder_shared.{shared[2]}.{shared[3]}'
    rest = re.fullmatch(r'conv_block_(enc|dec)\.(\d)\.(?:([01])\.)?(\d)\.(\w+)', key)
    if rest:
        part = 'encoder' if rest[1] == 'enc' else 'decoder'
        return f'backbone.{part}.{rest[2]}.{int(rest[3] or 0) + 1}.{rest[4]}.{rest[5]}'
    own = re.fullmatch(r'(en|de)coder_(att|block_t)\.(\d)\.(\d)\.(\d)\.(\w+)', key)
    if own:
        part, kind, task, level, layer, tensor = own.groups()
        if int(task) >= len(tasks):
            return None
        name = tasks[int(task)]
        if kind == 'att':
            return f'backbone.{part}coder_attention.{level}.{name}.{layer}.{tensor}'
        return f'backbone.{part}coders.{name}.{level}.{_in_unit(layer, 1)}.{tensor}'
    block = re.fullmatch(r'(en|de)coder_block\.(\d)\.(\d)\.(\w+)', key)
    if block:
        part, level, layer, tensor = block.groups()
        path = f'{part}coder.{level}'
        if dense and part == 'de':
            path = 'unused' if level == '0' else f'decoder.{int(level) - 1}'
        return f'backbone.{path}.{_in_unit(layer, depth)}.{tensor}'
    return None


def _in_unit(layer: str, depth: int) -> str:
    """Layer of a level's sequence as unit and layer within it."""
    unit, inner = divmod(int(layer), _UNIT * depth)
    return f'{unit}.{inner}'


def convert(source: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """The authors' tensors under the names of a model that was built from a config.

    Args:
        source: state dict; names may begin with ``module.`` (DataParallel).
        model: a ``MultiTaskSegmentor`` with a SegNet of ours.

    Returns:
        A complete state dict of the model, apart from its data preprocessor. The authors' three
        ``logsigma`` go to ``UncertaintyWeighting``; with another weighting they are left out, as
        are those that a network trained with equal weights carries along.

    Raises:
        KeyError: tensors without a place or places without a tensor.
        ValueError: a tensor of another shape.
    """
    source = {key.removeprefix('module.'): value for key, value in source.items()}
    tasks = list(model.heads)
    state = model.state_dict()
    learned = [key for task in tasks if (key := f'loss_weighting.log_vars.{task}') in state]
    wanted = {key: value for key, value in state.items() if key in learned
              or key.split('.')[0] not in ('data_preprocessor', 'loss_weighting')}
    variant = any(key.startswith('encoder_block.0.3.') for key in source)
    dense = any(key.startswith('encoder_block_t.') for key in source) and variant
    depth = 2 if variant and not dense else 1

    found: dict[str, Tensor] = {}
    left_over = []
    for key, value in source.items():
        if key == _UNUSED_LOG_VARIANCES:
            found.update(dict(zip(learned, value.unbind(), strict=False)))
        elif (part := re.fullmatch(r'cs_unit_(en|de)coder', key)):
            # rows of the decoder are in the order in which it runs, deepest level first
            rows = value if part[1] == 'en' else value.flip(0)
            found.update({f'backbone.{part[1]}coder_units.{i}.weight': row
                          for i, row in enumerate(rows)})
        else:
            name = rename(key, tasks, depth, dense)
            if name in wanted:
                found[name] = value
            else:
                left_over.append(key)
    missing = [key for key in wanted if key not in found]
    left_over += [key for key in found if key not in wanted]
    _refuse(missing, left_over, type(model.backbone).__name__)
    for key, value in found.items():
        if value.shape != wanted[key].shape:
            raise ValueError(f'{key} has shape {tuple(value.shape)} in the file and '
                             f'{tuple(wanted[key].shape)} in the config\'s network; do classes and '
                             'tasks agree?')
    return found


def _refuse(missing: list[str], left_over: list[str], network: str) -> None:
    lines = [f'{title} ({len(keys)}): {", ".join(keys[:8])}{" …" if len(keys) > 8 else ""}'
             for title, keys in (('without a place in the network', left_over),
                                 ('of the network, missing from the file', missing)) if keys]
    if lines:
        raise KeyError(f'the file is not of the config\'s network ({network}): '
                       + '; '.join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', metavar='SRC.pth', help="the authors' state dict")
    parser.add_argument('config', metavar='CONFIG', help='config of the same network')
    parser.add_argument('target', metavar='DST.pth', help='checkpoint to write')
    args = parser.parse_args()
    cfg = load_config(args.config)
    init_default_scope(cfg.get('default_scope', 'mmseg'))
    state = torch.load(args.source, map_location='cpu', weights_only=True)
    state = state.get('state_dict', state)
    try:
        converted = convert(state, MODELS.build(cfg.model))
    except (KeyError, ValueError) as error:
        raise SystemExit(f'{args.source}: {error.args[0]}') from None
    torch.save(dict(state_dict=converted, meta=dict(source=args.source)), args.target)
    print(f'{args.target}: {len(converted)} tensors')


if __name__ == '__main__':
    main()
