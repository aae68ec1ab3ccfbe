"""A label without a value to learn from is as good as none: for each task, head and kind."""

import math

import numpy as np
import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import MessageHub
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData, PixelData
from mmseg.structures import SegDataSample

from mmmtl.datasets.transforms import PackMultiTaskInputs
from mmmtl.models import (
    DepthHead,
    ImageClassificationHead,
    ImageRegressionHead,
    InstanceVectorHead,
    MultiTaskDataPreProcessor,
    SemanticHead,
    SurfaceNormalHead,
)
from mmmtl.models.segmentors.label_watch import LabelWatch
from mmmtl.registry import MODELS
from mmmtl.testing.samples import TARGET_FIELDS, toy_model_cfg, toy_sample

init_default_scope('mmseg')
ALL = ('semantic', 'instance', 'depth')
BODY = toy_model_cfg()['decode_head']


@pytest.fixture(autouse=True)
def first_epoch():
    yield MessageHub.get_current_instance().update_info('epoch', 0)
    MessageHub.get_current_instance().update_info('epoch', 0)


def build(**changes):
    torch.manual_seed(0)
    return MODELS.build(toy_model_cfg(
        loss_weighting=dict(type='UncertaintyWeighting', init=0.7), **changes))


def images(n=2):
    return torch.randn(n, 3, 32, 64, generator=torch.Generator().manual_seed(1))


def void(task, **options):
    """A frame whose label for the task is there and holds nothing."""
    sample = toy_sample(**options)
    sample.get(TARGET_FIELDS[task]).data.fill_(255 if task == 'semantic' else math.nan)
    return sample


def packed_void(task):
    """The same from our pipeline: packed, then padded."""
    arrays = dict(semantic=('gt_seg_map', np.full((30, 60), 255, np.uint8)),
                  instance=('gt_instance_vector', np.full((30, 60, 2), np.nan, np.float32)),
                  depth=('gt_inverse_depth_map', np.full((30, 60), np.nan, np.float32)))
    results = dict(
        img=np.zeros((30, 60, 3), np.uint8), img_shape=(30, 60), ori_shape=(30, 60),
        gt_seg_map=np.zeros((30, 60), np.uint8),
        gt_instance_vector=np.zeros((30, 60, 2), np.float32),
        gt_inverse_depth_map=np.zeros((30, 60), np.float32))
    results.update([arrays[task]])
    packed = PackMultiTaskInputs()(results)
    batch = MultiTaskDataPreProcessor(size=(32, 64), mean=[0.] * 3, std=[1.] * 3)(
        dict(inputs=[packed['inputs']] * 2, data_samples=[packed['data_samples']] * 2), True)
    return batch['data_samples']


def check_absent(model, losses, task):
    model.parse_losses(losses)[0].backward()
    assert losses[f'loss_{task}'] == 0 and f'raw/{task}' not in losses
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
    assert not any(p.grad.any() for p in model.heads[task].parameters())
    for name in ALL:
        assert (model.loss_weighting.log_vars[name].grad == 0) == (name == task)


@pytest.mark.parametrize('normalise', ['rank', 'world'])
@pytest.mark.parametrize('packed', [True, False], ids=['packed', 'by hand'])
@pytest.mark.parametrize('task', ALL)
def test_a_batch_without_a_value_has_no_loss_and_no_regulariser(task, packed, normalise):
    head = dict(BODY, loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True))
    model = build(normalise=normalise, decode_head=head, auxiliary_head=head).train()
    samples = packed_void(task) if packed else [void(task, seed=i) for i in range(2)]
    check_absent(model, model.loss(images(), samples), task)


@pytest.mark.parametrize('decode_head', [
    BODY, dict(type='mmmtl.SemanticHead', body=BODY),
    dict(type='mmmtl.SemanticHead', body=BODY, loss_decode=dict(type='CrossEntropyLoss'))],
    ids=['mmseg', 'ours', "ours with mmseg's loss"])
def test_void_frames_change_no_semantic_loss(decode_head):
    model = build(decode_head=decode_head).eval()
    alone = model.loss(images()[:1], [toy_sample()])
    both = model.loss(images(), [toy_sample(), void('semantic')])
    assert both['raw/semantic'].item() == pytest.approx(alone['raw/semantic'].item(), rel=1e-5)
    check_absent(model, model.loss(images(), [void('semantic')] * 2), 'semantic')


def test_ignored_labels_are_those_of_the_head():
    model = build(decode_head=dict(BODY, ignore_index=3)).train()
    sample = toy_sample()
    sample.gt_sem_seg.data.fill_(3)
    sample.set_metainfo(dict(has_values=dict(gt_sem_seg=True)))  # the packer knows of 255 only
    check_absent(model, model.loss(images(), [sample] * 2), 'semantic')
    coarse = dict(BODY, ignore_index=3)
    fine = {**coarse, 'type': 'OCRHead', 'ocr_channels': 4}
    for key in ('num_convs', 'concat_input'):
        fine.pop(key)
    cascade = build(decode_head=[coarse, fine], num_stages=2, task_heads=None)
    assert cascade.loss(images(), [sample] * 2)['loss_semantic'] == 0


def test_berhu_over_ranks_and_void_maps():
    model = build(normalise='world', task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead', loss_decode=dict(type='mmmtl.BerHuLoss'))))
    assert model._world_counts.collective == {'depth'}
    check_absent(model.train(), model.loss(images(), [void('depth')] * 2), 'depth')


def test_a_balancer_sees_no_void_task():
    model = build()
    with model.handover.open('parameters'):
        model.loss(images(), [void('instance')] * 2)
    assert model.handover.take().present == ('semantic', 'depth')


def frame(field, data):
    sample = SegDataSample(metainfo=dict(img_shape=tuple(data.shape[-2:])))
    sample.set_data({field: PixelData(data=data)})
    return sample


def test_what_counts_as_a_value():
    nan = math.nan
    vector = torch.full((2, 4, 4), nan)
    head = InstanceVectorHead(body=BODY)
    assert not head.has_target(frame('gt_instance_vector', vector))
    assert not head.has_target(frame('gt_instance_vector', torch.full((2, 4, 4), math.inf)))
    vector[1, 2, 3] = 0.0  # a pixel that is its instance's centre has a vector of zero
    assert head.has_target(frame('gt_instance_vector', vector))
    assert not head.has_target(SegDataSample())

    normals = SurfaceNormalHead(body=BODY)
    components = torch.tensor([[nan, 0.0], [1.0, 0.0], [0.0, nan]])[:, None]
    assert not normals.has_target(frame('gt_normal_map', components))  # no vector is whole
    components[2, 0, 1] = 1.0
    assert normals.has_target(frame('gt_normal_map', components))

    zeros = frame('gt_depth_map', torch.zeros(1, 4, 4))
    assert DepthHead(body=BODY).has_target(zeros)
    assert not DepthHead('log', body=BODY).has_target(zeros)

    labels = frame('gt_sem_seg', torch.full((1, 4, 4), 255))
    assert not SemanticHead(body=BODY).has_target(labels)
    assert SemanticHead(body=BODY, ignore_index=0).has_target(labels)


def test_what_the_packer_noted_is_not_computed_again():
    head = InstanceVectorHead(body=BODY)
    sample = frame('gt_instance_vector', torch.full((2, 4, 4), math.nan))
    sample.set_metainfo(dict(has_values=dict(gt_instance_vector=True)))
    head._is_known = None
    assert head.has_target(sample)


@pytest.mark.parametrize('head', [
    ImageRegressionHead(4, 2, field='age'), ImageClassificationHead(3, 4, field='age')],
    ids=['numbers', 'classes'])
@pytest.mark.parametrize('packed', [True, False])
def test_images_with_numbers_only(head, packed):
    def image(*values):
        values = values[:1] if isinstance(head, ImageClassificationHead) else values
        if packed:
            return PackMultiTaskInputs()(dict(
                img=np.zeros((2, 2, 3), np.uint8), image_labels=dict(age=values)))['data_samples']
        sample = SegDataSample()
        sample.set_data(dict(gt_age=LabelData(item=torch.tensor(values))))
        return sample

    x = torch.randn(3, 4, 2, 2, generator=torch.Generator().manual_seed(0))
    samples = [image(1.0, 2.0), image(math.nan, 1.0), image(0.0, 1.0)]
    assert [head.has_target(sample) for sample in samples] == [True, False, True]
    some, = head.loss(x, samples).values()
    alone, = head.loss(x[[0, 2]], [samples[0], samples[2]]).values()
    torch.testing.assert_close(some, alone)
    none, = head.loss(x, [samples[1]] * 3).values()
    assert none == 0 and head.count([samples[1]] * 3) == 0


def test_labels_that_never_hold_a_value_are_an_error_that_says_so():
    model = build()
    model.label_watch.expect_within(1)
    for _ in range(4):  # a small data set's random crops may be empty by chance
        model.loss(images(), [void('instance')] * 2)
    with pytest.raises(RuntimeError, match=(
            r"labels of task\(s\) \['instance'\] were read, but held nothing to learn from in 5 "
            r"training.*unlabelled_tasks=\['instance'\]")):
        model.loss(images(), [void('instance')] * 2)


def test_absent_and_empty_labels_are_told_apart():
    watch = LabelWatch(['a', 'b', 'c'], patience=2)
    watch.update(dict(a=True, b=False, c=False), ['a', 'b'])
    with pytest.raises(RuntimeError, match=r"\['c'\] had no ground truth.*of task\(s\) \['b'\]"):
        watch.update(dict(a=False, b=False, c=False))
    seen_late = LabelWatch(['b'], patience=1)
    for step in range(9):
        seen_late.update(dict(b=step == 3), ['b'])


def test_decode_task_of_images():
    """Void labels of a batch that has image-level and dense heads."""
    model = build(task_heads=ConfigDict(
        instance=dict(type='mmmtl.InstanceVectorHead'), depth=dict(type='mmmtl.InverseDepthHead'),
        age=dict(type='mmmtl.ImageRegressionHead', in_channels=8)))
    sample = toy_sample()
    sample.set_data(dict(gt_age=LabelData(item=torch.tensor([math.nan]))))
    losses = model.loss(images(), [sample] * 2)
    assert losses['loss_age'] == 0 and 'raw/age' not in losses
    assert torch.isfinite(model.parse_losses(losses)[0])
