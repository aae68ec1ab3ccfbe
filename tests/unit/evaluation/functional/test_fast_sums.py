"""The compiled sums against numpy in float64 and exact fractions."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from torch import Tensor

from mmmtl.evaluation.functional import (
    depth_sums,
    fast_sums,
    instance_vector_sums,
    inverse_depth_sums,
)
from mmmtl.evaluation.functional.fast_sums import is_fast, semantic_areas
from mmmtl.evaluation.functional.reduction import NonFinitePredictionError

SHAPES = [(1, 1), (7, 300), (64, 33)]


def maps(channels: int, shape: tuple[int, int], seed: int = 0) -> tuple[Tensor, Tensor]:
    """Prediction and truth with holes, zeros, infinities and values on the limits."""
    random = torch.Generator().manual_seed(seed)
    pred = 20 * torch.rand(channels, *shape, generator=random)
    truth = 20 * torch.rand(channels, *shape, generator=random)
    chance = torch.rand(channels, *shape, generator=random)
    for low, value in ((.1, math.nan), (.2, 0.), (.25, math.inf), (.3, 5.), (.35, -1.)):
        truth[(chance < low) & (chance > low - .05)] = value
    return pred, truth


def by_numpy(pred: Tensor, truth: Tensor, low: float, high: float | None) -> dict[str, np.ndarray]:
    p, t = pred[0].double().numpy().ravel(), truth[0].double().numpy().ravel()
    kept = np.isfinite(t) & (t >= low) & (t <= (np.inf if high is None else high))
    return dict(p=p[kept], t=t[kept])


@pytest.mark.parametrize('shape', SHAPES)
@pytest.mark.parametrize(('low', 'high'), [(0., None), (1e-6, None), (5., 12.), (-2., 0.)])
def test_inverse_depth(shape: tuple[int, int], low: float, high: float | None) -> None:
    for seed in range(3):
        pred, truth = maps(1, shape, seed)
        found = by_numpy(pred, truth, low, high)
        error, far = np.abs(found['p'] - found['t']), found['t'] > 0
        wanted = (error.size, math.fsum(error), math.fsum(error**2), far.sum(),
                  math.fsum(error[far] / found['t'][far]))
        assert inverse_depth_sums(pred, truth, low, high) == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize('shape', SHAPES)
@pytest.mark.parametrize(('low', 'high'), [(0., None), (5., 12.)])
def test_depth(shape: tuple[int, int], low: float, high: float | None) -> None:
    for seed in range(3):
        pred, truth = maps(1, shape, seed)
        pred[:, :1] -= 5  # below the smallest depth
        found = by_numpy(pred, truth, low, high)
        p, t = (found[name][found['t'] > 0] for name in 'pt')
        error, ratio = np.abs(p - t), np.maximum(np.maximum(p, 1e-3) / t, t / np.maximum(p, 1e-3))
        wanted = (t.size, math.fsum(error), math.fsum(error**2), math.fsum(error / t),
                  math.fsum(np.log10(ratio)), *((ratio < 1.25**k).sum() for k in (1, 2, 3)))
        assert depth_sums(pred, truth, low, high) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize('shape', SHAPES)
def test_vectors(shape: tuple[int, int]) -> None:
    pred, truth = maps(2, shape)
    p, t = pred.double().numpy(), truth.double().numpy()
    kept = np.isfinite(t).all(0)
    error = (p - t)[:, kept]
    wanted = (kept.sum(), math.fsum(np.abs(error).ravel()), math.fsum(np.hypot(*error)))
    assert instance_vector_sums(pred, truth) == pytest.approx(wanted, rel=1e-13)


CASES: list[tuple[Callable, int]] = [
    (inverse_depth_sums, 1), (depth_sums, 1), (instance_vector_sums, 2)]


@pytest.mark.parametrize(('function', 'channels'), CASES)
def test_the_long_way_gives_the_same(function: Callable, channels: int,
                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """It is that of accelerators, and of half precision."""
    pred, truth = maps(channels, (40, 50))
    fast = function(pred, truth)
    monkeypatch.setattr(fast_sums, 'is_fast', lambda *_: False)
    assert function(pred, truth) == pytest.approx(fast, rel=1e-12)
    assert fast[0] > 100


@pytest.mark.parametrize(('function', 'channels'), CASES)
@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_broken_predictions_are_counted(function: Callable, channels: int, value: float) -> None:
    pred, truth = torch.ones(channels, 4, 5), torch.ones(channels, 4, 5)
    pred[:, 1, 2], pred[0, 3, 3], pred[0, 0, 0] = value, value, value
    truth[0, 0, 0] = math.nan  # does not count
    with pytest.raises(NonFinitePredictionError) as error:
        function(pred, truth)
    assert error.value.count == 2


@pytest.mark.parametrize(('function', 'channels'), CASES)
def test_views_and_doubles(function: Callable, channels: int) -> None:
    pred, truth = maps(channels, (12, 30))
    wanted = function(pred, truth)
    turned = pred.transpose(1, 2).contiguous().transpose(1, 2)
    assert not turned.is_contiguous() and function(turned, truth.requires_grad_()) == wanted
    assert function(pred.double(), truth.detach()) == wanted


@pytest.mark.parametrize(('function', 'channels'), CASES)
def test_threads_change_no_digit(function: Callable, channels: int) -> None:
    """torch's own sum of as many terms depends on them."""
    random = torch.Generator().manual_seed(0)
    pred, truth = (4 * torch.randn(2, channels, 512, 1024, generator=random).double()).exp()
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(function(pred, truth))
    finally:
        torch.set_num_threads(before)
    assert found[0] == found[1] == found[2]


def test_who_goes_the_long_way() -> None:
    single = torch.zeros(1)
    assert is_fast(single, single.double())
    assert not is_fast(single, single.half()) and not is_fast(single.bfloat16(), single)
    assert not is_fast(single, torch.zeros(1, device='meta'))


@pytest.mark.parametrize('classes', [2, 5])  # one: test_what_mmseg_miscounts
@pytest.mark.parametrize('dtype', [torch.int64, torch.uint8, torch.float32])
def test_areas(classes: int, dtype: torch.dtype) -> None:
    random = torch.Generator().manual_seed(classes)
    truth, pred = (torch.randint(0, classes, (30, 41), generator=random) for _ in range(2))
    truth[torch.rand(30, 41, generator=random) < .3] = 255
    kept = truth != 255
    table = confusion_matrix(truth[kept], pred[kept], labels=range(classes))
    both, found, wanted = np.diag(table), table.sum(0), table.sum(1)
    areas = semantic_areas(pred.to(dtype), truth.to(dtype), classes, 255)
    for area, expected in zip(areas, (both, found + wanted - both, found, wanted), strict=True):
        assert area.dtype == torch.float64 and area.tolist() == expected.tolist()


def test_labels_beyond_the_classes_by_hand() -> None:
    truth = torch.tensor([[0, 7, 1, -1, 255, 0]])
    pred = torch.tensor([[7, 7, 1, 0, 0, -3]])
    both, union, found, wanted = semantic_areas(pred, truth, 2, 255)
    assert both.tolist() == [0, 1] and found.tolist() == [1, 1] and wanted.tolist() == [2, 1]
    assert union.tolist() == [3, 1]


def test_what_mmseg_miscounts() -> None:
    """Its float32 histogram stops at 2^24, and one class spans the range of the values."""
    many = torch.zeros(1 << 12, (1 << 12) + 1, dtype=torch.uint8)
    assert semantic_areas(many, many, 2, 255)[0].tolist() == [many.numel(), 0]
    truth, pred = torch.tensor([[0, 0, 0]]), torch.tensor([[0, 1, 1]])
    assert [area.tolist() for area in semantic_areas(pred, truth, 1, 255)] == [[1], [3], [1], [3]]


def test_an_accelerator_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its way, by bincount, tried on this device."""
    random = torch.Generator().manual_seed(0)
    truth, pred = (torch.randint(-1, 7, (20, 21), generator=random) for _ in range(2))
    wanted = semantic_areas(pred, truth, 5, 3)

    class Elsewhere(torch.Tensor):
        device = torch.device('meta')

    found = semantic_areas(pred.as_subclass(Elsewhere), truth.as_subclass(Elsewhere), 5, 3)
    assert all(a.tolist() == b.tolist() for a, b in zip(found, wanted, strict=True))
