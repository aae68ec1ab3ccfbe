"""Convert a state dict of MTAN's authors (SegNet networks, ``resnet_mtan``) for our configs.

    python tools/model_converters/mtan.py SRC.pth CONFIG DST.pth

CONFIG is the config of the same network (``configs/mtan``); its tasks, in the order of its heads,
are the authors' tasks 1, 2, 3. Every tensor of the file has to find its place, and every place of
the network its tensor; otherwise nothing is written, and the names are listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch
from mmseg.models.backbones import ResNet
from torch import Tensor, nn

from mmmtl.apis.foreign_state import place_all, run_converter, without_prefix
from mmmtl.models.backbones.mtan import MTAN
from mmmtl.models.backbones.segnet import (
    SegNet,
    SegNetCrossStitch,
    SegNetDense,
    SegNetMTAN,
)

_UNIT = 3  # convolution, normalisation, ReLU
_CONV_NORM = ('conv', 'bn')
_LOG_VARIANCES = 'logsigma'
_FROM_LEVEL = 2  # whose inner convolutions are a pair of units, with an index of their own
_NETWORKS = (SegNet, SegNetCrossStitch, SegNetDense, SegNetMTAN)


def rename(key: str, tasks: Sequence[str], depth: int = 1, dense: bool = False) -> str | None:
    """Our name of one of the authors' tensors; ``None`` for a name that none of them has.

    Args:
        key: the authors' name.
        tasks: in the order of the authors' numbers, which start at 0 in blocks and at 1 in heads.
        depth: convolutions a unit (2 in ``split --type deep``).
        dense: whether the network is the dense one, whose shared decoder lacks level 0 with us.
    """
    head = re.fullmatch(r'pred_task([1-9]?)\.([01])\.(weight|bias)', key)
    if head:
        if bool(head[1]) != (len(tasks) > 1):  # numbered exactly where there are several
            return None
        task = int(head[1] or 1) - 1
        if task >= len(tasks):
            return None
        layer = 'convs.0.conv' if head[2] == '0' else 'conv_seg'
        return f'{_head(tasks, task)}.body.{layer}.{head[3]}'
    shared = re.fullmatch(r'(en|de)coder_block_att\.(\d)\.(.+)', key)
    if shared:
        return f'backbone.{shared[1]}coder_shared.{shared[2]}.{shared[3]}'
    rest = re.fullmatch(r'conv_block_(enc|dec)\.(\d)\.(?:([01])\.)?(\d)\.(\w+)', key)
    if rest:
        if (rest[3] is not None) != (int(rest[2]) >= _FROM_LEVEL):
            return None
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


def rename_resnet(key: str, tasks: Sequence[str], blocks: Sequence[int]) -> str | None:
    """Our name of one of the tensors of ``resnet_mtan``; ``None`` for one that it has not.

    Args:
        key: the authors' name.
        tasks: in the order of the authors' numbers.
        blocks: of each stage; the last one stands apart.
    """
    stem = re.fullmatch(r'shared_conv\.([01])\.(\w+)', key)
    if stem:
        return f'backbone.backbone.{("conv1", "bn1")[int(stem[1])]}.{stem[2]}'
    stage = re.fullmatch(r'shared_layer([1-4])_(?:t|b\.(\d+))\.(.+)', key)
    if stage:
        last = blocks[int(stage[1]) - 1] - 1
        block = last if stage[2] is None else int(stage[2])
        if stage[2] is not None and block >= last:
            return None
        return f'backbone.backbone.layer{stage[1]}.{block}.{stage[3]}'
    shared = re.fullmatch(r'encoder_block_att_([123])\.(?:(conv|bn)([123])|downsample\.([01]))'
                          r'\.(\w+)', key)
    if shared:
        place = (f'around.{_CONV_NORM[int(shared[4])]}' if shared[4]
                 else f'through.{int(shared[3]) - 1}.{shared[2]}')
        return f'backbone.shared.{int(shared[1]) - 1}.{place}.{shared[5]}'
    own = re.fullmatch(r'(encoder_att_([1-4])|decoders)\.(\d)\.(.+)', key)
    if not own or int(own[3]) >= len(tasks):
        return None
    task = tasks[int(own[3])]
    if own[2]:
        return f'backbone.attention.{int(own[2]) - 1}.{task}.{own[4]}'
    return _rename_decoder(own[4], f'neck.necks.{task}', _head(tasks, int(own[3])))


def _rename_decoder(key: str, neck: str, head: str) -> str | None:
    """Name of a tensor of a DeepLabV3 decoder: its pyramid is our neck, the rest the body."""
    branch = re.fullmatch(r'0\.convs\.([0-3])\.([01])\.(\w+)', key)
    if branch:
        return f'{neck}.branches.{branch[1]}.{_CONV_NORM[int(branch[2])]}.{branch[3]}'
    pooled = re.fullmatch(r'0\.convs\.4\.([12])\.(\w+)', key)
    if pooled:
        return f'{neck}.image_pool.1.{_CONV_NORM[int(pooled[1]) - 1]}.{pooled[2]}'
    fused = re.fullmatch(r'0\.project\.([01])\.(\w+)', key)
    if fused:
        return f'{neck}.fuse.{_CONV_NORM[int(fused[1])]}.{fused[2]}'
    conv = re.fullmatch(r'([12])\.(\w+)', key)
    if conv:
        return f'{head}.body.convs.0.{_CONV_NORM[int(conv[1]) - 1]}.{conv[2]}'
    last = re.fullmatch(r'4\.(\w+)', key)
    return f'{head}.body.conv_seg.{last[1]}' if last else None


def _head(tasks: Sequence[str], task: int) -> str:
    return 'decode_head' if task == 0 else f'task_heads.{tasks[task]}'


def _in_unit(layer: str, depth: int) -> str:
    """Layer of a level's sequence as unit and layer within it."""
    unit, inner = divmod(int(layer), _UNIT * depth)
    return f'{unit}.{inner}'


def convert(source: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """The authors' tensors under the names of a model that was built from a config.

    Args:
        source: state dict; names may begin with ``module.`` (DataParallel).
        model: a ``MultiTaskSegmentor`` with a SegNet of ours, or as in ``mtan_r50-d8_…``.

    Returns:
        A complete state dict of the model, apart from its data preprocessor. The authors' three
        ``logsigma`` go to ``UncertaintyWeighting``; with another weighting they are left out, as
        are those that a network trained with equal weights carries along.

    Raises:
        KeyError: tensors without a place, places without a tensor or with two.
        ValueError: a tensor of another shape, or a model that is none of the authors'.
    """
    resnet = _is_resnet(model)
    source = without_prefix(source)
    tasks = list(model.heads)
    state = model.state_dict()
    learned = [key for task in tasks if (key := f'loss_weighting.log_vars.{task}') in state]
    wanted = {key: value for key, value in state.items() if key in learned
              or key.split('.')[0] not in ('data_preprocessor', 'loss_weighting')}
    variant = any(key.startswith('encoder_block.0.3.') for key in source)
    dense = any(key.startswith('encoder_block_t.') for key in source) and variant
    depth = 2 if variant and not dense else 1

    def places(key: str, value: Tensor) -> dict[str, Tensor] | None:
        if resnet:
            return _resnet_places(key, value, tasks, model.backbone.backbone.stage_blocks)
        found = _places(key, value, tasks, learned, depth, dense)
        return None if key == _LOG_VARIANCES and not found else found

    return place_all(source, places, wanted, type(model.backbone).__name__)


def _is_resnet(model: nn.Module) -> bool:
    """Whether the model is ``resnet_mtan``, not a SegNet; an error if it is neither."""
    backbone = model.backbone
    if isinstance(backbone, _NETWORKS):
        return False
    inner = getattr(backbone, 'backbone', None)
    if not isinstance(backbone, MTAN) or not isinstance(inner, ResNet):
        raise ValueError('only the SegNet configs of configs/mtan and mtan_r50-d8_…; this backbone '
                         f'is {type(backbone).__name__}')
    first = [getattr(inner, stage)[0].conv2.dilation[0] for stage in inner.res_layers]
    aligned = [head.align_corners for head in model.heads.values()]
    if first != [1, 1, 1, 2] or not all(aligned):
        raise ValueError(
            'the tensors would fit, but the network computes something else than the '
            f"authors': its stages' first blocks have dilations {first} (theirs [1, 1, 1, 2]: "
            f'contract_dilation=True), its heads align_corners {aligned} (theirs True). Take '
            'configs/mtan/mtan_r50-d8_nyuv2-13-288x384.py')
    return True


def _resnet_places(key: str, value: Tensor, tasks: Sequence[str],
                   blocks: Sequence[int]) -> dict[str, Tensor]:
    """What a tensor of ``resnet_mtan`` gives under our name."""
    name = rename_resnet(key, tasks, blocks)
    if name is not None and name.endswith('.fuse.conv.weight') and value.dim() == 4:
        pooled = value.shape[1] // 5  # their pooled branch is the last of five, ours the first
        value = torch.cat([value[:, -pooled:], value[:, :-pooled]], 1)
    return {} if name is None else {name: value}


def _places(key: str, value: Tensor, tasks: Sequence[str], learned: Sequence[str],
            depth: int, dense: bool) -> dict[str, Tensor]:
    """What one of the authors' tensors gives under our names, its parts if it holds several."""
    if key == _LOG_VARIANCES:
        if value.shape != (len(tasks), ):
            raise ValueError(f'{key} has shape {tuple(value.shape)} in the file, but the config '
                             f'has {len(tasks)} tasks ({", ".join(tasks)})')
        return dict(zip(learned, value.unbind(), strict=True)) if learned else {}
    units = re.fullmatch(r'cs_unit_(en|de)coder', key)
    if units and value.dim():
        # rows of the decoder are in the order in which it runs, deepest level first
        rows = value if units[1] == 'en' else value.flip(0)
        return {f'backbone.{units[1]}coder_units.{i}.weight': row for i, row in enumerate(rows)}
    name = rename(key, tasks, depth, dense)
    return {} if name is None else {name: value}


def main() -> None:
    run_converter(__doc__, convert)


if __name__ == '__main__':
    main()
