"""Cross-entropy against torch's own."""

import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.losses import pixel_cross_entropy
from mmmtl.registry import MODELS

WEIGHTS = torch.tensor([0.5, 2.0, 1.0])


def batch():
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 3, (2, 5, 6), generator=generator)
    labels[0, :2] = 255
    return torch.randn(2, 3, 5, 6, generator=generator, requires_grad=True), labels


@pytest.mark.parametrize('weights', [None, WEIGHTS])
def test_equal_to_torch(weights):
    logits, labels = batch()
    ours = pixel_cross_entropy(logits, labels, weights)
    theirs = F.cross_entropy(logits, labels, weight=weights, ignore_index=255)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-6)
    gradient, = torch.autograd.grad(ours, logits, retain_graph=True)
    expected, = torch.autograd.grad(theirs, logits)
    assert torch.allclose(gradient, expected, atol=1e-8)


def test_no_label_is_zero_with_zero_gradients():
    logits, labels = batch()
    loss = pixel_cross_entropy(logits, torch.full_like(labels, 255), WEIGHTS)
    loss.backward()
    assert loss.item() == 0 and not logits.grad.any()


def test_registered_and_not_in_checkpoints():
    logits, labels = batch()
    module = MODELS.build(dict(
        type='mmmtl.PixelCrossEntropyLoss', class_weight=WEIGHTS.tolist(), loss_weight=2.0))
    expected = 2 * pixel_cross_entropy(logits, labels, WEIGHTS)
    assert module(logits, labels).item() == pytest.approx(expected.item())
    assert not module.state_dict()


def test_wrong_number_of_weights():
    logits, labels = batch()
    module = MODELS.build(dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=[1.0, 2.0]))
    with pytest.raises(ValueError, match='class_weight has 2 numbers, but the head has 3 classes'):
        module(logits, labels)


@pytest.mark.parametrize('labels', [[[[0, 0, 255]]], [[[255, 255, 255]]]], ids=['zero', 'none'])
def test_classes_of_weight_zero_alone_are_as_no_labels(labels):
    logits = torch.tensor([[[[3.0, float('inf'), 1.0]], [[0.0, 1.0, 2.0]]]], requires_grad=True)
    module = MODELS.build(dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=[0., 1.]))
    loss = module(logits, torch.tensor(labels))
    loss.backward()
    assert loss.item() == 0 and logits.grad is not None and not logits.grad.any()


def test_a_class_of_weight_zero_beside_others_changes_nothing():
    logits, labels = batch()
    without = labels.where(labels != 1, torch.tensor(255))
    loss = pixel_cross_entropy(logits, labels, torch.tensor([0.5, 0.0, 1.0]))
    expected = pixel_cross_entropy(logits, without, torch.tensor([0.5, 7.0, 1.0]))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)


@pytest.mark.parametrize('convert', [lambda m: m, torch.nn.Module.double, torch.nn.Module.half])
def test_integers_are_weights_in_a_model_of_any_precision(convert):
    logits, labels = batch()
    module = convert(MODELS.build(
        dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=[1, 10, 2])))
    expected = F.cross_entropy(logits, labels, torch.tensor([1., 10., 2.]), ignore_index=255)
    assert module(logits, labels).item() == pytest.approx(expected.item(), rel=1e-6)
