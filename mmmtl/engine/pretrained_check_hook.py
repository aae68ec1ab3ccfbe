"""Refuse pretrained weights of which nothing is loaded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmengine.hooks import Hook
from mmengine.model import PretrainedInit
from mmengine.runner import Runner
from torch import nn
from torch.utils.hooks import RemovableHandle

from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap


@HOOKS.register_module()
class PretrainedCheckHook(Hook):
    """Raise where ``init_cfg=dict(type='Pretrained', ...)`` has no key for its module.

    mmengine loads what fits and logs the rest. Some backbones of mmseg rename or resize what they
    load (Swin, ViT, BEiT), so the keys are compared when they reach the module.
    ``tools/train.py`` adds this hook.
    """

    def __init__(self) -> None:
        self.watches: list[RemovableHandle] = []

    def before_run(self, runner: Runner) -> None:
        """Watch the modules that will load pretrained weights."""
        model = unwrap(runner.model)
        self.watches = [
            module._register_load_state_dict_pre_hook(_watch(name or 'the model', module, cfg))
            for name, module, cfg in pretrained_modules(model)]

    def before_train(self, runner: Runner) -> None:
        """Stop watching: weights are initialised."""
        for watch in self.watches:
            watch.remove()
        self.watches = []


def pretrained_modules(model: nn.Module) -> Iterator[tuple[str, nn.Module, Mapping[str, Any]]]:
    """Modules that load pretrained weights: names, modules, the config of that."""
    for name, module in model.named_modules():
        cfgs = getattr(module, 'init_cfg', None) or []
        for cfg in [cfgs] if isinstance(cfgs, Mapping) else cfgs:
            if isinstance(cfg, Mapping) and cfg.get('type') in ('Pretrained', PretrainedInit):
                yield name, module, cfg


def _watch(name: str, module: nn.Module, cfg: Mapping[str, Any]) -> Callable[..., None]:
    def check(state: Mapping[str, Any], prefix: str, *_: Any) -> None:
        if prefix:  # of a checkpoint of the whole model
            return
        own = module.state_dict()
        if any(key in own and getattr(value, 'shape', None) == own[key].shape
               for key, value in state.items() if not key.endswith('num_batches_tracked')):
            return
        part = f' (prefix={cfg["prefix"]!r})' if cfg.get('prefix') else ''
        raise ValueError(
            f'init_cfg of {name}: nothing of {cfg.get("checkpoint")}{part} fits '
            f'{type(module).__name__}: it has {_first(state)}, wanted are {_first(own)}. Name a '
            'checkpoint of this network, or the prefix under which it has these keys')
    return check


def _first(state: Mapping[str, Any]) -> str:
    shown = [f'{key} {tuple(getattr(value, "shape", ()))}' for key, value in state.items()][:3]
    return ', '.join(shown) + (', …' if len(state) > 3 else '') if shown else 'no keys'
