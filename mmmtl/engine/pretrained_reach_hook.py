"""Refuse pretrained weights that cannot be reached, naming where they are and how to do without."""

from collections.abc import Mapping
from typing import Any

from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import CheckpointLoader, Runner
from mmengine.runner.checkpoint import (
    get_deprecated_model_names,
    get_external_models,
    get_mmcls_models,
)

from mmmtl.registry import HOOKS
from mmmtl.utils.did_you_mean import did_you_mean
from mmmtl.utils.unwrap import unwrap

from .pretrained_check_hook import pretrained_modules

#: schemes of mmengine that name a URL by a word, and mmengine's lists of these words
_LISTS = {'open-mmlab://': get_external_models, 'openmmlab://': get_external_models,
          'mmcls://': get_mmcls_models}


@HOOKS.register_module()
class PretrainedReachHook(Hook):
    """Load what ``init_cfg=dict(type='Pretrained', ...)`` names before the modules do.

    mmengine's errors name neither the URL behind ``open-mmlab://resnet50_v1c`` nor an option.
    Downloads are kept, so nothing is downloaded twice. ``tools/train.py`` adds this hook.
    """

    def before_run(self, runner: Runner) -> None:
        """Look at every module; see :func:`check_reachable` for errors."""
        looked_at = set()
        for name, _, cfg in pretrained_modules(unwrap(runner.model)):
            checkpoint = cfg.get('checkpoint')
            if checkpoint not in looked_at:
                looked_at.add(checkpoint)
                check_reachable(checkpoint, name, _option(name, getattr(runner, 'cfg', {})))


def check_reachable(checkpoint: Any, name: str, option: str) -> None:
    """Load a checkpoint as mmengine would, and let it go.

    Args:
        checkpoint: a path, a URL, or a name such as ``torchvision://resnet50``.
        name: of the module that needs it, for the message.
        option: of the config that names it.

    Raises:
        FileNotFoundError: there is no such file, or the URL cannot be reached.
        ValueError: mmengine knows no such name, the package that knows it is not installed, or
            the file is no checkpoint.
    """
    where = str(checkpoint)
    try:
        url = _url_of(where)
        CheckpointLoader.load_checkpoint(checkpoint, map_location='cpu')
    except Exception as error:  # of urllib, of torch, of storage clients, …
        reason = f'{type(error).__name__}: {error}'
        if isinstance(error, ImportError) and error.name == 'torchvision':
            reason = ('the package torchvision knows this name, and is not installed (pip install '
                      'torchvision, of the release that fits torch)')
        elif isinstance(error, _UnknownName):
            reason, url = str(error), where
        elif isinstance(error, KeyError):
            reason = f'no such name: {error}'
        kind = FileNotFoundError if isinstance(error, OSError) else ValueError
        behind = '' if isinstance(error, _UnknownName) or url == where else f' ({url})'
        raise kind(
            f'pretrained weights of {name or "the model"} cannot be loaded: {where}{behind}: '
            f'{reason.rstrip(".")}. Name a file or a URL that can be reached, or train without '
            f'them: --cfg-options {option}=None (--resume and load_from overwrite them, so that '
            'they are not needed there)') from error


class _UnknownName(ValueError):
    """A name that is in none of mmengine's lists."""


def _url_of(checkpoint: str) -> str:
    """The URL behind a name of mmengine's lists; else what was given."""
    for scheme, names in _LISTS.items():
        if checkpoint.startswith(scheme):
            known, word = names(), checkpoint.removeprefix(scheme)
            word = get_deprecated_model_names().get(word, word)
            if word not in known:
                raise _UnknownName(f'mmengine knows no such name; {did_you_mean(word, list(known))}'
                                   f'there are {len(known)} for {scheme}')
            return known[word]
    return checkpoint


def _option(name: str, cfg: Config | Mapping) -> str:
    """The option of the config that names a module's weights."""
    model = cfg.get('model') or {}
    if name == 'backbone':
        for option, parent in (('model.pretrained', model),
                               ('model.backbone.pretrained', model.get('backbone') or {})):
            if parent.get('pretrained'):
                return option
    return f'model.{name}.init_cfg' if name else 'model.init_cfg'
