"""One training step and one prediction of any segmentor, looked at closely."""

import copy

import torch
from mmseg.structures import SegDataSample
from torch import Tensor, nn


def training_step(model: nn.Module, inputs: Tensor, samples: list[SegDataSample]) -> list[str]:
    """Loss, total and gradients of one step, as a runner does.

    Args:
        model: a segmentor.
        inputs: (N, 3, H, W) normalised images.
        samples: their labels.

    Returns:
        Names of trainable parameters without a gradient: at these DistributedDataParallel stops.

    Raises:
        FloatingPointError: if the loss or a gradient is not finite.
    """
    model.train()
    model.zero_grad()
    losses = model(inputs, copy.deepcopy(samples), mode='loss')
    total, _ = model.parse_losses(losses)
    if not total.isfinite():
        raise FloatingPointError(f'loss is {total.item()}: {losses}')
    total.backward()
    unused = []
    for name, parameter in model.named_parameters():
        if parameter.grad is None:
            if parameter.requires_grad:
                unused.append(name)
        elif not parameter.grad.isfinite().all():
            raise FloatingPointError(f'gradient of {name} is not finite')
    return unused


def unused_beyond_host(unused: list[str], host_unused: list[str]) -> list[str]:
    """Those parameters without a gradient that the published model does use.

    A body is compared with the ``decode_head`` that it was built like.
    """
    known = set(host_unused)
    beyond = []
    for name in unused:
        inner = name
        if name.startswith('task_heads.'):
            inner = 'decode_head.' + name.partition('.body.')[2]
        if inner not in known:
            beyond.append(name)
    return beyond


@torch.no_grad()
def check_prediction(model: nn.Module, inputs: Tensor, samples: list[SegDataSample]) -> None:
    """Predict, and check every task's map: finite, of the original image's size.

    Raises:
        ValueError: naming the field and what is wrong with it.
    """
    model.eval()
    results = model(inputs, copy.deepcopy(samples), mode='predict')
    fields = {'pred_sem_seg': 1}
    fields.update({task.pred_field: task.head.out_channels
                   for task in getattr(model, 'map_tasks', {}).values()
                   if task.pred_field not in fields})
    for sample in results:
        for field, channels in fields.items():
            data = sample.get(field).data
            expected = (channels, *sample.ori_shape)
            if tuple(data.shape) != expected:
                raise ValueError(f'{field} is {tuple(data.shape)}, expected {expected}')
            if not data.isfinite().all():
                raise ValueError(f'{field} is not finite everywhere')
