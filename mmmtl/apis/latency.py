"""How long a model takes for a frame: the whole of it, its encoder, each of its heads."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from mmengine.analysis import get_model_complexity_info
from mmengine.logging import MMLogger
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.models.segmentors.task_features import of_task

WHOLE, ENCODER = 'whole frame', 'encoder'


class Latency(NamedTuple):
    """Milliseconds of a call over many rounds.

    Attributes:
        median: of all rounds.
        p95: 19 of 20 rounds were faster.
    """

    median: float
    p95: float


def side_by_side(candidates: Mapping[str, Callable[[], object]], rounds: int, warm_up: int = 2,
                 synchronise: Callable[[], object] = lambda: None) -> dict[str, list[float]]:
    """Time candidates in turn, round by round, so that all meet the same machine.

    The order turns around from round to round: what heats the caches for its successor would
    otherwise always help the same one.

    Args:
        candidates: what to call, by name.
        rounds: how often each is timed.
        warm_up: untimed calls of each before.
        synchronise: waits until the device has done what it was given; called before each reading
            of the clock.

    Returns:
        Seconds of each call, by name.
    """
    for call in candidates.values():
        for _ in range(warm_up):
            call()
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds):
        order = list(candidates) if number % 2 == 0 else list(reversed(candidates))
        for name in order:
            synchronise()
            start = time.perf_counter()
            candidates[name]()
            synchronise()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def latency(seconds: Sequence[float]) -> Latency:
    """Median and 95th percentile (the nearest rank) in milliseconds."""
    ordered = sorted(seconds)
    rank = max(0, -(-95 * len(ordered) // 100) - 1)
    return Latency(1000 * statistics.median(ordered), 1000 * ordered[rank])


def parts_of(model: nn.Module, inputs: Tensor) -> dict[str, Callable[[], object]]:
    """Calls to time: the whole prediction, the encoder with its neck, and each dense head.

    The whole is ``MultiTaskSegmentor.predict``: encoder, heads, maps brought to the size of the
    frame, data samples, and instances where the model clusters them.

    Args:
        model: a ``MultiTaskSegmentor`` in evaluation mode.
        inputs: (1, 3, H, W), normalised, on the model's device.
    """
    meta = dict(ori_shape=tuple(inputs.shape[-2:]), img_shape=tuple(inputs.shape[-2:]),
                pad_shape=tuple(inputs.shape[-2:]), padding_size=[0, 0, 0, 0])
    features = model.extract_feat(inputs)
    calls: dict[str, Callable[[], object]] = {
        WHOLE: partial(_predict, model, inputs, meta), ENCODER: partial(model.extract_feat, inputs)}
    for name, task in model.map_tasks.items():
        calls[f'head {name}'] = partial(
            task.predicted_map, of_task(features, name), [meta], model.test_cfg)
    return calls


def _predict(model: nn.Module, inputs: Tensor, meta: dict) -> Any:
    return model.predict(inputs, [SegDataSample(metainfo=dict(meta))])


def multiply_adds(model: nn.Module, inputs: Tensor) -> float:
    """Multiply-adds of encoder and heads for one input, as mmengine counts them.

    Only convolutions, linear layers, matrix products and normalisations count; what else there is
    (pooling, interpolation) does not.
    """
    level, logger = MMLogger.get_current_instance().level, MMLogger.get_current_instance()
    logger.setLevel('ERROR')  # it names every operator that it does not count
    try:
        return float(get_model_complexity_info(
            _Tensors(model), inputs=(inputs, ), show_table=False, show_arch=False)['flops'])
    finally:
        logger.setLevel(level)


class _Tensors(nn.Module):
    """A segmentor whose ``forward`` gives tensors, which is what can be traced."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor) -> list[Tensor]:
        """Outputs of all heads."""
        return list(self.model(inputs, mode='tensor').values())


def parameters_of(model: nn.Module) -> int:
    """Numbers that are learned, without those of the loss weighting, which no prediction needs."""
    return sum(value.numel() for name, value in model.named_parameters()
               if not name.startswith('loss_weighting'))


def peak_memory(call: Callable[[], object], device: torch.device) -> int | None:
    """Most bytes that torch held on an accelerator during a call; ``None`` on a CPU."""
    if device.type != 'cuda':
        return None
    torch.cuda.reset_peak_memory_stats(device)
    call()
    torch.cuda.synchronize(device)
    return torch.cuda.max_memory_allocated(device)
