"""Can a network fit one batch? What a head cannot represent, no training will teach it."""

import torch
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from ..models.decode_heads.base_task_head import BaseTaskHead


def overfit(model: nn.Module,
            inputs: Tensor,
            samples: list[SegDataSample],
            steps: int = 60,
            lr: float = 1e-3) -> dict[str, list[float]]:
    """Train on one batch with AdamW.

    Args:
        model: a multi-task segmentor.
        inputs: (N, 3, H, W) images.
        samples: their labels.
        steps: training steps.
        lr: learning rate, reached over the first tenth of the steps.

    Returns:
        Raw loss of each task at each step.
    """
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0)
    curves: dict[str, list[float]] = {task: [] for task in model.heads}
    for step in range(steps):
        for group in optimizer.param_groups:
            group['lr'] = lr * min(1, (step + 1) / (0.1 * steps))
        losses = model(inputs, samples, mode='loss')
        total, _ = model.parse_losses(losses)
        optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        for task, curve in curves.items():
            curve.append(float(losses[f'raw/{task}']))
    return curves


def constant_error(head: BaseTaskHead, samples: list[SegDataSample]) -> float:
    """Mean absolute error of the best constant (the median of each channel): what to beat."""
    target = torch.stack([sample.get(head.target_field).data for sample in samples])
    errors = []
    for channel in head.encode(target).transpose(0, 1):
        values = channel[channel.isfinite()]
        errors.append((values - values.median()).abs().mean())
    return float(torch.stack(errors).mean())
