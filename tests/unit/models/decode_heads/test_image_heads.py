"""Image-level heads: values by hand, partial labels, units."""

import numpy as np
import pytest
import torch
from mmengine.structures import LabelData
from mmseg.structures import SegDataSample
from torch.nn.functional import cross_entropy

from mmmtl.datasets.transforms import PackMultiTaskInputs
from mmmtl.models import ImageClassificationHead, ImageRegressionHead


def image(**labels):
    sample = SegDataSample()
    sample.set_data({f'gt_{name}': LabelData(item=torch.tensor(value).reshape(-1))
                     for name, value in labels.items()})
    return sample


def features(n=3, channels=4):
    return torch.randn(n, channels, 2, 3, generator=torch.Generator().manual_seed(0))


def test_logits_are_a_linear_layer_of_the_mean():
    head, x = ImageClassificationHead(5, 4, field='breed'), features()
    by_hand = x.flatten(2).mean(2) @ head.fc.weight.T + head.fc.bias
    torch.testing.assert_close(head([None, x]), by_hand)
    assert (head.default_task, head.kind) == ('breed', 'classification')


def test_classes_of_labelled_images_only():
    head, x = ImageClassificationHead(5, 4, field='breed'), features()
    samples = [image(breed=2), image(age=1.0), image(breed=4)]
    loss = head.loss(x, samples)['loss_ce']
    torch.testing.assert_close(loss, cross_entropy(head(x)[[0, 2]], torch.tensor([2, 4])))
    loss.backward()
    assert head.fc.weight.grad.abs().sum() > 0


@pytest.mark.parametrize('head', [
    ImageClassificationHead(5, 4, field='a'), ImageRegressionHead(4, field='a', loss='huber')],
    ids=['classes', 'numbers'])
def test_no_label_is_a_connected_zero(head):
    loss = sum(head.loss(features(), [image(b=1)] * 3).values())
    loss.backward()
    assert loss == 0
    assert all(p.grad is not None and not p.grad.any() for p in head.parameters())


def test_dropout_drops_in_training_only():
    head, x = ImageClassificationHead(2, 4, field='a', dropout=0.5), torch.ones(64, 4, 1, 1)
    assert len(head(x).unique(dim=0)) > 1
    assert len(head.eval()(x).unique(dim=0)) == 1


def test_class_weights_and_smoothing_are_torchs():
    head, x = ImageClassificationHead(
        2, 4, field='a', class_weight=[1.0, 3.0], label_smoothing=0.1), features()
    samples = [image(a=0), image(a=1), image(a=1)]
    expected = cross_entropy(head(x), torch.tensor([0, 1, 1]), torch.tensor([1.0, 3.0]),
                             label_smoothing=0.1)
    torch.testing.assert_close(head.loss(x, samples)['loss_ce'], expected)


@pytest.mark.parametrize('smoothing', [0.0, 0.1])
def test_classes_of_weight_zero_alone_are_a_connected_zero(smoothing):
    head = ImageClassificationHead(
        2, 4, field='a', class_weight=[0, 3], label_smoothing=smoothing)
    loss = head.loss(features(), [image(a=0), image(a=0), image(b=1)])['loss_ce']
    loss.backward()
    assert loss == 0
    assert all(p.grad is not None and not p.grad.any() for p in head.parameters())


def test_classes_are_written_and_merged():
    head, sample, other = ImageClassificationHead(3, 4, field='a'), image(), image()
    for row, to in zip(head.decode(torch.tensor([[0.0, 2.0, 1.0], [9.0, 0.0, 0.0]])),
                       (sample, other), strict=True):
        head.write(row, to)
    torch.testing.assert_close(sample.pred_a.scores, torch.tensor([0.0, 2.0, 1.0]).softmax(0))
    assert sample.pred_a.item.tolist() == [1]
    merged = head.merge([sample, other])
    torch.testing.assert_close(merged, (sample.pred_a.scores + other.pred_a.scores) / 2)
    assert merged.argmax() == 0


@pytest.mark.parametrize(('loss', 'by_hand'), [
    ('l1', (2 + 0.5) / 2), ('l2', (4 + 0.25) / 2), ('huber', (1.5 + 0.125) / 2)])
def test_numbers_are_compared_in_standard_deviations(loss, by_hand):
    head = ImageRegressionHead(4, field='age', mean=30.0, std=10.0, loss=loss)
    head.fc.weight.data.zero_(), head.fc.bias.data.zero_()  # predicts the mean
    value = head.loss(features(2), [image(age=50.0), image(age=25.0)])[f'loss_{loss}']
    assert value.item() == pytest.approx(by_hand)


def test_numbers_are_written_in_the_tasks_unit():
    head = ImageRegressionHead(4, 2, field='pose', mean=[1.0, -2.0], std=[2.0, 4.0])
    sample = image()
    head.write(head.decode(torch.tensor([[0.5, -1.0]]))[0], sample)
    assert sample.pred_pose.item.tolist() == [2.0, -6.0]
    assert head.merge([sample, sample]).tolist() == [2.0, -6.0]


def test_half_precision_does_not_round_the_unit():
    head = ImageRegressionHead(4, field='age', mean=1000.0).half()
    assert head(features().half()).dtype == torch.float32


@pytest.mark.parametrize(('make', 'message'), [
    (lambda: ImageClassificationHead(3, 4), 'field is missing'),
    (lambda: ImageClassificationHead(1, 4, field='a'), 'num_classes.*got 1'),
    (lambda: ImageClassificationHead(3, 4, field='a', class_weight=[1.0]), '1 values'),
    (lambda: ImageClassificationHead(3, 4, field='a', dropout=1.0), 'dropout.*1.0'),
    (lambda: ImageRegressionHead(4, field='a', loss='l3'), "loss must be.*'l3'"),
    (lambda: ImageRegressionHead(4, field='a', std=0.0), 'std.*positive.*0.0'),
    (lambda: ImageRegressionHead(4, field='a', mean=[1.0, 2.0]), 'mean must be one'),
])
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize('packed', [True, False])
@pytest.mark.parametrize(('head', 'value', 'message'), [
    (ImageClassificationHead(2, 4, field='gender'), 2, r"'gender' is 2, .* from 0 to 1 \(num_cl"),
    (ImageClassificationHead(2, 4, field='gender'), -1, "'gender' is -1, .* from 0 to 1"),
    (ImageClassificationHead(2, 4, field='gender'), 0.5, "'gender' is 0.5, .* whole number"),
    (ImageClassificationHead(2, 4, field='gender'), [0, 1], r"'gender' is \[0, 1\], .* one whole"),
    (ImageRegressionHead(4, 2, field='gender'), 3.0, r"'gender' is \[3.0\], .* 2 number\(s\)"),
    (ImageRegressionHead(4, field='gender'), [1.0, 2.0], r"'gender' is \[1.0, 2.0\], .* 1 numb"),
])
def test_labels_that_no_loss_can_compare_with_name_image_task_and_value(
        head, value, message, packed):
    good = [0.0] * head.out_channels if isinstance(head, ImageRegressionHead) else 0
    samples = [image(gender=good), image(gender=value)]
    if packed:
        samples = [PackMultiTaskInputs()(dict(
            img=np.zeros((2, 2, 3), np.uint8), img_path=f'folder/{number}.jpg',
            image_labels=dict(gender=label)))['data_samples']
            for number, label in enumerate((good, value))]
    where = r'folder/1\.jpg' if packed else 'an image without img_path'
    with pytest.raises(ValueError, match=f'{where}: the label of task {message}'):
        head.loss(features(2), samples)


def test_a_class_may_be_written_as_any_number():
    head, x = ImageClassificationHead(2, 4, field='a'), features(5)
    labels = [True, np.uint16(1), 1.0, torch.tensor([1]), np.array(0)]
    samples = [PackMultiTaskInputs()(dict(img=np.zeros((2, 2, 3), np.uint8), image_labels=dict(
        a=label)))['data_samples'] for label in labels]
    expected = cross_entropy(head(x), torch.tensor([1, 1, 1, 1, 0]))
    torch.testing.assert_close(head.loss(x, samples)['loss_ce'], expected)
