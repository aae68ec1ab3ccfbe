"""Does a published config work alone, and does it work with three tasks?"""

import logging
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from torch import nn

from mmmtl.registry import MODELS
from mmmtl.testing.mix_in import load_model_cfg, multi_task_cfg
from mmmtl.testing.toy_batch import toy_batch
from mmmtl.testing.training_step import check_prediction, training_step, unused_beyond_host


@dataclass
class MixInResult:
    """What became of one config. ``reason``s are empty where it worked."""

    config: str
    host_reason: str = ''
    reason: str = ''
    size: tuple[int, int] | None = None
    parameters: int = 0
    host_unused: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def works_alone(self) -> bool:
        """Whether mmseg itself builds the model here, trains it a step and predicts."""
        return not self.host_reason

    @property
    def works(self) -> bool:
        """Whether the three-task model does."""
        return self.works_alone and not self.reason


def build_segmentor(cfg: ConfigDict) -> nn.Module:
    """Build and initialise a segmentor of either package, repeatably."""
    init_default_scope('mmseg')
    torch.manual_seed(0)
    model = MODELS.build(cfg)
    model.init_weights()
    return model


def check_mix_in(name: str,
                 path: Path,
                 change: Callable[[ConfigDict], None] | None = None) -> MixInResult:
    """Build, train for a step and predict: first as published, then with three tasks.

    Args:
        name: how the config is called in the result.
        path: a published config.
        change: what to do to the published model's config first, for example make it smaller.

    Returns:
        The result; errors of the models are reasons in it.
    """
    result = MixInResult(name)
    start = time.perf_counter()
    with quiet():
        try:
            cfg, sizes = load_model_cfg(path)
            if change is not None:
                change(cfg)
            _check_host(cfg, sizes, result)
        except Exception as error:
            result.host_reason = _first_line(error)
        else:
            try:
                _check_multi_task(cfg, result)
            except Exception as error:
                result.reason = _first_line(error)
    result.seconds = round(time.perf_counter() - start, 1)
    return result


def _check_host(cfg: ConfigDict, sizes: list[tuple[int, int]], result: MixInResult) -> None:
    """The published model, at the first of the sizes at which it works."""
    model = build_segmentor(cfg.copy())
    for size in sizes:
        inputs, samples = toy_batch(size, model.num_classes)
        try:
            result.host_unused = training_step(model, inputs, samples)
            check_prediction(model, inputs, samples)
        except (RuntimeError, ValueError, AssertionError):
            if size == sizes[-1]:
                raise
        else:
            result.size = size
            return


def _check_multi_task(cfg: ConfigDict, result: MixInResult) -> None:
    model = build_segmentor(multi_task_cfg(cfg))
    result.parameters = sum(p.numel() for p in model.parameters())
    inputs, samples = toy_batch(result.size, model.num_classes)
    unused = unused_beyond_host(training_step(model, inputs, samples), result.host_unused)
    if unused:
        raise RuntimeError(f'{len(unused)} parameters without a gradient, as {unused[0]}')
    check_prediction(model, inputs, samples)


def _first_line(error: Exception) -> str:
    """Type and first line of an error, without the import path of this machine."""
    lines = str(error).strip().splitlines() or ['']
    text = lines[0].partition(', the current sys.path is')[0]
    return f'{type(error).__name__}: {text}'[:300]


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings and logs: mmengine logs each parameter that it initialises."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        logging.disable(logging.NOTSET)
