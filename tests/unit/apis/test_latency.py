"""What is timed, in which order, and what is counted, by hand."""

import time

import pytest
import torch
from torch import nn

from mmmtl.apis.latency import (
    ENCODER,
    WHOLE,
    latency,
    multiply_adds,
    parameters_of,
    parts_of,
    peak_memory,
    side_by_side,
)
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg


def test_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    clock = iter(range(100))
    monkeypatch.setattr(time, 'perf_counter', lambda: said.append('clock') or next(clock))
    seconds = side_by_side({'a': lambda: said.append('a'), 'b': lambda: said.append('b')}, 2, 1,
                           lambda: said.append('wait'))
    timed = ['wait', 'clock', 'a', 'wait', 'clock']
    other = [one.replace('a', 'b') if one == 'a' else one for one in timed]
    assert said == ['a', 'b', *timed, *other, *other, *timed]
    assert seconds == dict(a=[1, 1], b=[1, 1])


@pytest.mark.parametrize(('count', 'p95'), [(1, 1), (19, 19), (20, 19), (21, 20), (100, 95)])
def test_nearest_rank(count: int, p95: int) -> None:
    found = latency([k / 1000 for k in range(count, 0, -1)])
    assert found.p95 == pytest.approx(p95) and found.median == pytest.approx((count + 1) / 2)


class Pair(nn.Module):
    """A convolution and a head, called as a segmentor is."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 2, 1)
        self.loss_weighting = nn.Linear(3, 3)

    def forward(self, inputs: torch.Tensor, mode: str) -> dict[str, torch.Tensor]:
        assert mode == 'tensor'
        return dict(x=self.head(self.conv(inputs)))


def test_counts_by_hand() -> None:
    model, inputs = Pair(), torch.zeros(1, 3, 10, 14)
    assert multiply_adds(model, inputs) == 140 * (3 * 8 * 9 + 8 * 2)
    assert parameters_of(model) == 8 * 27 + 8 + 16 + 2
    assert peak_memory(lambda: None, torch.device('cpu')) is None


def test_parts_of_a_segmentor() -> None:
    model, inputs = MODELS.build(toy_model_cfg()).eval(), torch.randn(1, 3, 32, 64)
    with torch.no_grad():
        calls = parts_of(model, inputs)
        found = {name: call() for name, call in calls.items()}
    assert list(calls)[:2] == [WHOLE, ENCODER]
    assert set(list(calls)[2:]) == {f'head {name}' for name in model.map_tasks}
    sample, = found[WHOLE]
    assert sample.pred_sem_seg.shape == (32, 64)
    assert calls[WHOLE]() is not found[WHOLE]  # each round predicts anew
