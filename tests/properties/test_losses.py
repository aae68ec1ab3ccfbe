"""Whatever loss is registered leaves out pixels without a label; nobody need list it."""

import inspect

import pytest
import torch

import mmmtl.models  # noqa: F401
from mmmtl.registry import MODELS

N, C, H, W = 3, 4, 6, 10
UNLABELLED = slice(0, 3)  # columns


def values(chance):
    """A target of numbers: each pixel a vector of length 1, which every such loss takes."""
    target = torch.randn(N, C, H, W, generator=chance, dtype=torch.float64)
    target = target / target.norm(dim=1, keepdim=True)
    target[..., UNLABELLED] = torch.nan
    return target, torch.nan


def classes(chance):
    """A target of classes."""
    target = torch.randint(0, C, (N, H, W), generator=chance)
    target[..., UNLABELLED] = 255
    return target, 255


#: how a loss is called → what it is called with. Another kind of target needs a line here.
TARGETS = {('pred', 'target'): values, ('logits', 'labels'): classes}
#: what a loss cannot do without, by its name, and options that make another formula of it
OPTIONS = {
    'PixelCrossEntropyLoss': [{}, dict(class_weight=[1.0, 2.0, 0.5, 3.0])],
}
LOSSES = sorted({cls for cls in MODELS.module_dict.values()
                 if cls.__module__.startswith('mmmtl.models.losses.')}, key=lambda c: c.__name__)
CASES = [pytest.param(cls, options, id=f'{cls.__name__}{options or ""}')
         for cls in LOSSES for options in OPTIONS.get(cls.__name__, [{}])]


def example(cls):
    """A prediction, its target, and what stands for "no label"."""
    signature = tuple(inspect.signature(cls.forward).parameters)[1:3]
    assert signature in TARGETS, (f'{cls.__name__}.forward takes {signature}: give TARGETS in '
                                  f'{__file__} a line that makes such a target')
    chance = torch.Generator().manual_seed(0)
    target, unknown = TARGETS[signature](chance)
    pred = torch.randn(N, C, H, W, generator=chance, dtype=torch.float64)
    return pred.requires_grad_(), target, unknown


def build(cls, options):
    needed = {name for name, argument in inspect.signature(cls).parameters.items()
              if argument.default is argument.empty and argument.kind is not argument.VAR_KEYWORD}
    assert needed <= set(options), f'{cls.__name__}: give OPTIONS in {__file__} {needed}'
    return MODELS.build(dict(options, type=f'mmmtl.{cls.__name__}'))


def test_there_are_some():
    assert len(LOSSES) >= 5


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_gradients_are_where_labels_are(cls, options):
    pred, target, _ = example(cls)
    loss = build(cls, options)(pred, target)
    assert loss.shape == () and loss.isfinite() and loss > 0
    gradient, = torch.autograd.grad(loss, pred)
    assert gradient.isfinite().all() and not gradient[..., UNLABELLED].any()
    assert gradient[..., UNLABELLED.stop:].any(dim=1).all()


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_pixels_without_label_change_nothing(cls, options):
    """Neither what is predicted there, nor how many there are."""
    pred, target, _ = example(cls)
    loss = build(cls, options)
    other = pred.detach().clone()
    other[..., UNLABELLED] = 1e30
    assert loss(other, target) == loss(pred, target)
    cut = loss(pred[..., UNLABELLED.stop:], target[..., UNLABELLED.stop:])
    torch.testing.assert_close(loss(pred, target), cut, rtol=1e-12, atol=0)


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_without_any_label_it_is_a_connected_zero(cls, options):
    pred, target, unknown = example(cls)
    loss = build(cls, options)(pred, torch.full_like(target, unknown))
    assert loss == 0
    loss.backward()
    assert pred.grad is not None and not pred.grad.any()


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_order_of_frames_and_weight(cls, options):
    pred, target, _ = example(cls)
    once, twice = build(cls, options), build(cls, dict(options, loss_weight=2.0))
    expected = once(pred, target)
    torch.testing.assert_close(once(pred.flip(0), target.flip(0)), expected, rtol=1e-12, atol=0)
    torch.testing.assert_close(twice(pred, target), 2 * expected, rtol=1e-12, atol=0)
    assert 'loss' in once.loss_name


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_half_precision_is_summed_in_single(cls, options):
    """A prediction of autocast: the loss is that of the same numbers in double."""
    pred, target, _ = example(cls)
    half = pred.detach().bfloat16()
    with torch.autocast('cpu', torch.bfloat16):
        found = build(cls, options)(half, target)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), build(cls, options)(half.double(), target),
                               rtol=1e-5, atol=0)
