"""Batches: every map padded with its own value, on any mixture of samples."""

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.fields import MAP_FIELDS
from mmmtl.models import MultiTaskDataPreProcessor

CHANNELS = dict(gt_instance_vector=2, gt_normal_map=3)


def sample(size, names, semantic=True):
    made = SegDataSample(metainfo=dict(img_path='a.png', ori_shape=size, img_shape=size))
    for name in names:
        shape = (CHANNELS.get(name, 1), *size)
        data = torch.full(shape, 7, dtype=getattr(torch, MAP_FIELDS[name].dtype))
        made.set_data({name: PixelData(data=data)})
    if semantic:
        made.gt_sem_seg = PixelData(data=torch.ones(1, *size, dtype=torch.int64))
    return made


def batch(*pairs):
    return dict(inputs=[torch.full((3, *size), 9, dtype=torch.uint8) for size, _ in pairs],
                data_samples=[made for _, made in pairs])


@pytest.mark.parametrize('options', [dict(), dict(size=(4, 6)), dict(size_divisor=2)])
def test_training(options):
    first = sample((3, 5), list(MAP_FIELDS))
    second = sample((4, 6), ['gt_depth_map'], semantic=False)
    processed = MultiTaskDataPreProcessor(**options)(
        batch(((3, 5), first), ((4, 6), second)), training=True)
    assert processed['inputs'].shape == (2, 3, 4, 6)
    one, other = processed['data_samples']
    assert one.pad_shape == other.pad_shape == (4, 6)
    assert one.img_shape == (3, 5) and other.img_shape == (4, 6)
    assert (one.gt_sem_seg.data[0, 3] == 255).all() and one.gt_sem_seg.shape == (4, 6)
    for name, field in MAP_FIELDS.items():
        data = one.get(name).data
        assert data.shape == (CHANNELS.get(name, 1), 4, 6)
        assert data.dtype == getattr(torch, field.dtype)
        assert (data[:, :3, :5] == 7).all()
        outside = torch.cat([data[:, 3].flatten(), data[:, :, 5].flatten()])
        assert (outside == 0).all() if name == 'gt_instance_map' else outside.isnan().all()
    assert other.keys() == ['gt_depth_map'] and (other.gt_depth_map.data == 7).all()


def test_testing_leaves_the_truth_alone():
    made = sample((3, 5), list(MAP_FIELDS))
    processor = MultiTaskDataPreProcessor(test_cfg=dict(size_divisor=8))
    processed = processor(batch(((6, 10), made)), training=False)
    assert processed['inputs'].shape == (1, 3, 8, 16)
    made = processed['data_samples'][0]
    assert all(made.get(name).shape == (3, 5) for name in MAP_FIELDS)
    assert made.pad_shape == (8, 16) and made.img_padding_size == (0, 6, 0, 2)


def test_without_samples():
    inputs = dict(inputs=[torch.zeros(3, 4, 6)])
    assert MultiTaskDataPreProcessor()(inputs)['data_samples'] is None
    padded = MultiTaskDataPreProcessor(test_cfg=dict(size=(8, 8)))(inputs)
    assert padded['inputs'].shape == (1, 3, 8, 8)
    assert padded['data_samples'][0].ori_shape == (4, 6)
    assert padded['data_samples'][0].img_padding_size == (0, 2, 0, 4)
    with pytest.raises(ValueError, match='data_samples are missing'):
        MultiTaskDataPreProcessor()(inputs, training=True)


def test_normalises_like_mmseg():
    processor = MultiTaskDataPreProcessor(mean=[1, 2, 3], std=[2, 2, 2], bgr_to_rgb=True)
    inputs = torch.tensor([10, 20, 30], dtype=torch.uint8).view(3, 1, 1)
    out = processor(dict(inputs=[inputs], data_samples=[sample((1, 1), ['gt_depth_map'])]), True)
    assert out['inputs'].flatten().tolist() == [14.5, 9, 3.5]


@pytest.mark.parametrize('training', [True, False])
def test_channels_last(training):
    pairs = [((4, 6), sample((4, 6), [])), ((4, 6), sample((4, 6), []))]
    plain = MultiTaskDataPreProcessor(mean=[1.] * 3, std=[2.] * 3)(batch(*pairs), training)
    last = MultiTaskDataPreProcessor(mean=[1.] * 3, std=[2.] * 3, channels_last=True)(
        batch(*pairs), training)
    assert plain['inputs'].is_contiguous() and torch.equal(plain['inputs'], last['inputs'])
    assert last['inputs'].is_contiguous(memory_format=torch.channels_last)
    assert torch.nn.Conv2d(3, 4, 3)(last['inputs']).is_contiguous(
        memory_format=torch.channels_last)


def test_other_size_than_the_image():
    with pytest.raises(ValueError, match=r'gt_depth_map is \(3, 5\) but the image is \(6, 10\)'):
        MultiTaskDataPreProcessor()(
            batch(((6, 10), sample((3, 5), ['gt_depth_map'], semantic=False))), training=True)


@pytest.mark.parametrize(('options', 'message'), [
    (dict(size=(4, 4), size_divisor=4), 'not both'),
    (dict(batch_augments=[dict(type='Mixup')]), 'batch_augments')])
def test_errors(options, message):
    with pytest.raises(ValueError, match=message):
        MultiTaskDataPreProcessor(**options)
