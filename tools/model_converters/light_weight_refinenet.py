"""Convert a state dict of Nekrasov's multi-task light-weight RefineNet for our configs.

    python tools/model_converters/light_weight_refinenet.py SRC.ckpt CONFIG DST.pth

SRC is a file of the published networks (DrSleep/multi-task-refinenet) or of the author's library
(DrSleep/DenseTorch, ``mobilenetv2`` with ``MTLWRefineNet``); CONFIG is the config of the same
network (``configs/asymmetric``). Every tensor of the file has to find its place, and every place of
the network its tensor; otherwise nothing is written, and the names are listed.

The library's networks compute something else than the published ones: they upsample with
``align_corners=True``, which our decoder, like the published networks, does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from mmmtl.apis.foreign_state import place_all, run_converter, without_prefix
from mmmtl.models.backbones import ExpandedMobileNetV2
from mmmtl.models.necks import LightWeightRefineNet

_CONV_NORM = ('conv', 'bn')
_LATERALS = {f'conv{stage}': stage - 3 for stage in range(3, 9)}  # of stages 3 to 8, fine to coarse
_HEADS = {'segm': 'semantic', 'depth': 'depth', 'normal': 'normal'}
#: the library's modules of the decoder, in the order in which it runs, by their published names
_LIBRARY = {
    **{f'stem_convs.{i}': f'conv{8 - i}' for i in range(6)},
    **{f'crp_blocks.{i}': f'crp{4 - i}' for i in range(4)},
    **{f'adapt_convs.{i}': f'conv_adapt{4 - i}' for i in range(3)},
    **{f'heads.{i}.{layer}': f'{prefix}{task}' for i, task in enumerate(_HEADS)
       for layer, prefix in ((0, 'pre_'), (2, ''))},
}


def published_name(key: str) -> str | None:
    """The published name of a tensor; names of the library are put in its words.

    Returns:
        ``None`` for a name that the library lacks.
    """
    if key.startswith('0.'):  # its encoder
        return key.removeprefix('0.')
    if not key.startswith('1.'):
        return key
    for theirs, published in _LIBRARY.items():
        rest = key.removeprefix(f'1.{theirs}.')
        if rest != key:
            return f'{published}.{rest}'
    return None


def rename(key: str, tasks: Sequence[str]) -> str | None:
    """Our name of a tensor by its published name; ``None`` for a name that there is not.

    Args:
        key: published name.
        tasks: of the model; the first is its ``decode_head``.
    """
    stem = re.fullmatch(r'layer1\.([01])\.(\w+)', key)
    if stem:
        return f'backbone.conv1.{_CONV_NORM[int(stem[1])]}.{stem[2]}'
    block = re.fullmatch(r'layer([2-8])\.(\d+)\.output\.([012])\.([01])\.(\w+)', key)
    if block:
        stage, index, conv, part, tensor = block.groups()
        return (f'backbone.layer{int(stage) - 1}.{index}.conv.{conv}.{_CONV_NORM[int(part)]}.'
                f'{tensor}')
    return _rename_decoder(key) or _rename_head(key, tasks)


def _rename_decoder(key: str) -> str | None:
    name, _, tensor = key.partition('.')
    if name in _LATERALS:
        return f'neck.laterals.{_LATERALS[name]}.{tensor}'
    pool = re.fullmatch(r'crp([1-4])\.0\.([1-4])_outvar_dimred\.(\w+)', key)
    if pool:
        return f'neck.pools.{int(pool[1]) - 1}.convs.{int(pool[2]) - 1}.{pool[3]}'
    adapt = re.fullmatch(r'conv_adapt([2-4])\.(\w+)', key)
    return f'neck.adapts.{int(adapt[1]) - 2}.{adapt[2]}' if adapt else None


def _rename_head(key: str, tasks: Sequence[str]) -> str | None:
    found = re.fullmatch(r'(pre_)?(segm|depth|normal)\.(\w+)', key)
    if not found or _HEADS[found[2]] not in tasks:
        return None
    task, layer = _HEADS[found[2]], 'scale' if found[1] else 'conv_seg'
    head = 'decode_head' if task == tasks[0] else f'task_heads.{task}.body'
    return f'{head}.{layer}.{found[3]}'


def convert(source: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """The authors' tensors under the names of a model that was built from a config.

    Args:
        source: state dict; names may begin with ``module.`` (DataParallel).
        model: a ``MultiTaskSegmentor`` as in ``configs/asymmetric``.

    Returns:
        A complete state dict of the model, apart from data preprocessor and loss weighting.

    Raises:
        KeyError: tensors without a place, places without a tensor or with two.
        ValueError: a tensor of another shape, or a model of another backbone or neck.
    """
    parts = (model.backbone, getattr(model, 'neck', None))
    if not isinstance(parts[0], ExpandedMobileNetV2) or not (
            isinstance(parts[1], LightWeightRefineNet)):
        raise ValueError('only ExpandedMobileNetV2 with LightWeightRefineNet (configs/asymmetric); '
                         f'this model has {" and ".join(type(part).__name__ for part in parts)}')
    tasks = list(model.heads)
    wanted = {key: value for key, value in model.state_dict().items()
              if key.split('.')[0] not in ('data_preprocessor', 'loss_weighting')}

    def places(key: str, value: Tensor) -> dict[str, Tensor]:
        published = published_name(key)
        name = None if published is None else rename(published, tasks)
        return {} if name is None else {name: value}

    return place_all(without_prefix(source), places, wanted, type(model.neck).__name__)


def main() -> None:
    run_converter(__doc__, convert)


if __name__ == '__main__':
    main()
