"""Refuse batches of one frame before training, where batch normalisation cannot take them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.dataset import InfiniteSampler
from mmengine.dist import all_reduce, get_world_size
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.data import BatchSampler, DataLoader

from mmmtl.models.segmentors.losses_after_step import statistics_kept
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap

# Large enough that only what is pooled to one value is 1 × 1, in networks of stride 32.
_SIDE = 256


@HOOKS.register_module()
class LastBatchHook(Hook):
    """Foresee the error of batch normalisation at the end of the first epoch.

    Pooled to 1 × 1 (ASPPHead, PSPHead and others), one frame is one value per channel, which batch
    normalisation refuses to train on. Where a batch of one frame is coming, the network is tried
    on one; its state, and that of the random generators, stay as they are. ``tools/train.py`` adds
    this hook.
    """

    def before_train(self, runner: Runner) -> None:
        """Compute the sizes of batches, and try the network if one is of a single frame.

        Raises:
            ValueError: on all ranks, with layer, frames, batch size and remedy.
        """
        loader = runner.train_dataloader
        sizes = last_batch_sizes(loader)
        left = runner.max_iters - runner.iter
        coming = sizes is not None and (sizes[0] == 1 or sizes[1] == 1 and left >= len(loader))
        flag = torch.tensor(int(coming))
        all_reduce(flag, op='max')  # a sampler may deal out unequal shares
        if not flag:
            return
        layer = layer_without_spread(unwrap(runner.model))
        if layer is None:
            return
        size = loader.batch_sampler.batch_size
        every = size == 1
        what = ('every batch has one frame (train_dataloader.batch_size=1)' if every else
                f'the last batch of an epoch has one frame: {len(loader.dataset)} frames, batches '
                f'of {size}' + (
                    f', {runner.world_size} ranks' if runner.world_size > 1 else ''))
        remedy = ('Set train_dataloader.batch_size to 2 or more' if every else
                  'Set train_dataloader.drop_last=True, or another train_dataloader.batch_size')
        raise ValueError(f'{what}. The batch normalisation {layer} has one value per channel then, '
                         f'and cannot train on it. {remedy}')


def last_batch_sizes(loader: DataLoader) -> tuple[int, int] | None:
    """Frames in the first and in the last batch of an epoch on this rank.

    Returns:
        ``None`` where it is not known, or nothing ends: a batch sampler of the config's own.
    """
    batches = getattr(loader, 'batch_sampler', None)
    if type(batches) is not BatchSampler or not hasattr(batches.sampler, '__len__'):
        return None
    size, frames = batches.batch_size, len(batches.sampler)
    if isinstance(batches.sampler, InfiniteSampler) or batches.drop_last:
        return size, size
    return min(size, frames), frames % size or size


def layer_without_spread(model: nn.Module) -> str | None:
    """Name of the first batch normalisation that fails on a batch of one frame, if any does.

    Args:
        model: a segmentor; all its heads are tried, in training mode. Where it cannot be tried on
            a plain image, nothing is known.
    """
    found: list[str] = []
    try:
        with _untouched(model), _watched(model, found):
            _forward(model)
    except Exception as error:  # the expected one, or of a network that wants other inputs
        if not found:
            print_log(f'LastBatchHook: the network cannot be tried on one frame ({error})',
                      logger='current', level=logging.WARNING)
    return found[0] if found else None


def _forward(model: nn.Module) -> None:
    like = next(model.parameters())
    channels = next((m.in_channels for m in model.modules() if isinstance(m, nn.Conv2d)), 3)
    inputs = torch.zeros(1, channels, _SIDE, _SIDE, device=like.device, dtype=like.dtype)
    model(inputs, mode='tensor')
    heads = getattr(model, 'auxiliary_head', None)
    if heads is not None:
        features = model.extract_feat(inputs)
        if isinstance(features, dict):
            features = features[model.decode_task]
        for head in heads if isinstance(heads, nn.ModuleList) else [heads]:
            head(features)


@contextmanager
def _untouched(model: nn.Module) -> Iterator[None]:
    """Training mode inside, without a trace afterwards."""
    was_training, device = model.training, next(model.parameters()).device
    model.train()
    devices = [device] if device.type == 'cuda' else []
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=devices), statistics_kept(model):
            yield
    finally:
        model.train(was_training)


@contextmanager
def _watched(model: nn.Module, found: list[str]) -> Iterator[None]:
    """Note the names of layers that fail for want of a second value."""

    def look(name: str) -> Any:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            values = inputs[0]
            synchronised = isinstance(layer, nn.SyncBatchNorm) and get_world_size() > 1
            if layer.training and values.numel() == values.shape[1] and not synchronised:
                found.append(name)
        return hook

    handles = [module.register_forward_pre_hook(look(name))
               for name, module in model.named_modules() if isinstance(module, _BatchNorm)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
