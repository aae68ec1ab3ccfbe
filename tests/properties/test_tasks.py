"""Whatever head is registered, and mmseg's own, serves as a task; nobody need list it."""

import copy
import inspect

import pytest
import torch
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData, PixelData
from mmseg.structures import SegDataSample

import mmmtl.models  # noqa: F401
from mmmtl.fields import FIELDS
from mmmtl.models.decode_heads.base_image_head import BaseImageHead
from mmmtl.models.decode_heads.base_task_head import BaseTaskHead
from mmmtl.models.tasks import view
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample

init_default_scope('mmseg')
BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, concat_input=False,
            num_classes=5, dropout_ratio=0, norm_cfg=None)
OPTIONS = dict(num_classes=5, in_channels=4, field='answer', body=BODY)
SIZE = (12, 20)


def registered():
    return sorted(name for name, cls in MODELS.module_dict.items()
                  if inspect.isclass(cls) and issubclass(cls, BaseTaskHead | BaseImageHead)
                  and not inspect.isabstract(cls)
                  and cls.__module__.startswith('mmmtl.'))  # other tests register toys


KINDS = [*registered(), 'FCNHead']


def test_there_are_some():
    assert len(KINDS) > 5


def build(kind, dtype=torch.float64):
    torch.manual_seed(0)
    if kind == 'FCNHead':
        head = MODELS.build(BODY)
    else:
        cls = MODELS.get(kind)
        known = {name for one in cls.__mro__ for name in (
            inspect.signature(one.__init__).parameters if '__init__' in vars(one) else ())}
        head = cls(**{name: value for name, value in OPTIONS.items() if name in known})
    return view('it', head.to(dtype))


def label(task, sample, number):
    """A label of the task, made from another one's pixels: values of every kind are small."""
    chance = torch.Generator().manual_seed(number)
    if not task.dense:
        value = torch.randint(0, 5, (1, ), generator=chance)
        sample.set_data({task.target_field: LabelData(item=value if task.kind == 'classification'
                                                      else value.double() + 0.5)})
    elif not FIELDS[task.target_field].dtype.startswith('float'):
        values = torch.randint(0, 5, (1, *SIZE), generator=chance)
        values[:, :, 0] = 255
        sample.set_data({task.target_field: PixelData(data=values)})
    else:
        values = torch.rand(task.head.out_channels, *SIZE, generator=chance) + 0.5
        if task.kind == 'classification':
            values = (values > 0.9).double()
        if task.target_field == 'gt_normal_map':
            values = values / values.norm(dim=0)
        values[:, :, 0] = torch.nan
        sample.set_data({task.target_field: PixelData(data=values)})
    return sample


def frames(task, labelled):
    samples = [toy_sample(*SIZE, tasks=()) for _ in labelled]
    return [label(task, sample, i) if flag else sample
            for i, (sample, flag) in enumerate(zip(samples, labelled, strict=True))]


def features(n):
    x = torch.randn(n, 4, 6, 10, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return [x.requires_grad_()]


def loss(task, feats, samples):
    feats, samples = task.frames_to_learn(feats, samples)
    return sum(value for key, value in task.head.loss(feats, samples, {}).items() if 'loss' in key)


@pytest.mark.parametrize('kind', KINDS)
def test_targets_are_seen(kind):
    task = build(kind)
    with_label, without = frames(task, [True, False])
    assert task.has_target(with_label) and task.was_read(with_label)
    assert not task.has_target(without) and not task.was_read(without)
    assert task.kind in ('regression', 'classification') and task.pred_field.startswith('pred_')


@pytest.mark.parametrize('kind', KINDS)
def test_frames_without_a_label_change_nothing(kind):
    task, x = build(kind), features(4)
    mixed = frames(task, [True, False, True, False])
    some = loss(task, x, mixed)
    only = loss(task, [x[0][[0, 2]]], [mixed[0], mixed[2]])
    assert some.isfinite()
    torch.testing.assert_close(some, only, rtol=1e-5, atol=0)
    gradient, = torch.autograd.grad(some, x)
    assert gradient[[0, 2]].abs().sum() > 0 and not gradient[[1, 3]].any()


@pytest.mark.parametrize('kind', KINDS)
def test_counts_add_up(kind):
    """Losses times counts are sums: what ``normalise='world'`` relies on."""
    task, x = build(kind), features(3)
    if kind == 'FCNHead':
        task.head.loss_decode.avg_non_ignore = True
    samples = frames(task, [True, True, False])
    mean = next(iter(task.pixel_means()), None)
    def total(numbers):
        own = [samples[i] for i in numbers]
        return loss(task, [x[0][numbers]], own) * float(task.count(own, x[0], mean))
    torch.testing.assert_close(total([0, 1, 2]), total([0]) + total([1, 2]), rtol=1e-5, atol=0)


@pytest.mark.parametrize('kind', KINDS)
def test_zero_reaches_every_parameter(kind):
    task, x = build(kind), features(2)
    task.zero(x).backward()
    reached = [*x, *task.head.parameters()]
    assert len(reached) > 1 and all(t.grad is not None and not t.grad.any() for t in reached)


@pytest.mark.parametrize('kind', KINDS)
def test_what_is_written_can_be_merged(kind):
    task = build(kind, torch.float32)
    x, versions = [features(2)[0].float()], [toy_sample(*SIZE, tasks=()) for _ in range(2)]
    task.head.eval()
    with torch.no_grad():
        if task.dense:
            maps = task.predicted_map(x, [sample.metainfo for sample in versions], {})
            preds = torch.nn.functional.interpolate(maps, SIZE, mode='bilinear')
        else:
            preds = task.predict(x)
        assert task.forward(x).shape[0] == 2
    for pred, sample in zip(preds, versions, strict=True):
        task.write(pred, sample)
    same = [copy.deepcopy(versions[0]) for _ in range(2)]
    merged = copy.deepcopy(versions[0])
    task.merge(same, merged)  # the mean of equals is that
    for key, value in versions[0].get(task.pred_field).items():
        torch.testing.assert_close(merged.get(task.pred_field).get(key), value)
    task.merge(versions, merged)
    swapped = copy.deepcopy(versions[0])
    task.merge(versions[::-1], swapped)
    for key, value in merged.get(task.pred_field).items():
        torch.testing.assert_close(swapped.get(task.pred_field).get(key), value)


def test_image_tasks_that_were_not_asked_for():
    task, merged = build('ImageRegressionHead'), SegDataSample()
    task.merge([SegDataSample()], merged)
    assert task.pred_field not in merged
