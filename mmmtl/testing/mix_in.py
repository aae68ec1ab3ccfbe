"""Published configs of MMSegmentation turned multi-task, ready to build without downloads."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mmseg
from mmengine.config import Config, ConfigDict

#: The lines that turn the model of a published config into a three-task model.
THREE_TASKS = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))

# What does not change which code runs: number of classes and their weights, where weights come
# from, normalisation of images, how windows are cut.
_NOT_ARCHITECTURE = frozenset((
    'num_classes', 'class_weight', 'init_cfg', 'pretrained', 'data_preprocessor', 'train_cfg',
    'test_cfg'))

# Sizes of input to try before the size that a network is bound to, or its own crop.
_SIZES = ((64, 64), (256, 256), (448, 448))


def published_configs() -> dict[str, Path]:
    """Configs that the installed MMSegmentation publishes, by ``family/name``.

    Raises:
        FileNotFoundError: if there are none, since a sweep over nothing would pass.
    """
    package = Path(mmseg.__file__).resolve().parent
    for folder in (package / '.mim' / 'configs', package.parent / 'configs'):
        found = {
            path.relative_to(folder).with_suffix('').as_posix(): path
            for path in sorted(folder.glob('[!_]*/*.py'))
        }
        if found:
            return found
    raise FileNotFoundError(
        f'no configs in {package / ".mim" / "configs"} nor in {package.parent / "configs"}; '
        'reinstall MMSegmentation (its wheel contains them)')


def load_model_cfg(path: Path) -> tuple[ConfigDict, list[tuple[int, int]]]:
    """Model of a config, to be built here and now, and the input sizes to try in turn.

    Pretrained weights are dropped, since they would be downloaded, and synchronised batch
    normalisation becomes the ordinary one, since there is one process.

    Args:
        path: a config file.

    Returns:
        The model's config, and (height, width) of inputs, smallest first.
    """
    cfg = Config.fromfile(path)
    model = cfg.model
    _make_local(model)
    own = (model.get('backbone') or {}).get('img_size') or cfg.get('crop_size')
    return model, [*_SIZES, _pair(own)] if own else list(_SIZES)


def multi_task_cfg(model: ConfigDict) -> ConfigDict:
    """The published model with :data:`THREE_TASKS` merged over it, as inheritance does."""
    cfg = Config(dict(model=model.to_dict()))
    cfg.merge_from_dict(dict(model=THREE_TASKS))
    return cfg.model


def architecture_key(model: ConfigDict) -> str:
    """Digest that configs share whose models differ in data set or training only."""
    text = json.dumps(_architecture(model), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _architecture(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _architecture(value) for key, value in node.items()
                if key not in _NOT_ARCHITECTURE}
    if isinstance(node, list | tuple):
        return [_architecture(value) for value in node]
    return node if isinstance(node, int | float | str | bool | None) else str(node)


def _make_local(node: Any) -> None:
    if isinstance(node, dict):
        if node.get('type') == 'SyncBN':
            node['type'] = 'BN'
        init_cfg = node.get('init_cfg')
        if isinstance(init_cfg, dict) and init_cfg.get('type') == 'Pretrained':
            node['init_cfg'] = None
        if isinstance(node.get('pretrained'), str):
            node['pretrained'] = None
        for value in node.values():
            _make_local(value)
    elif isinstance(node, list | tuple):
        for value in node:
            _make_local(value)


def _pair(size: int | Sequence[int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)
