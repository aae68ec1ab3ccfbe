"""Task heads: perfect predictions, hand cases, units there and back."""

import pytest
import torch
from mmengine.structures import PixelData

from mmmtl.models.geometry import restore_map
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample

BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=0, concat_input=False,
            dropout_ratio=0, num_classes=7)
HEADS = dict(
    InstanceVectorHead='gt_instance_vector',
    InverseDepthHead='gt_inverse_depth_map',
    DepthHead='gt_depth_map')


def build(name, **options):
    return MODELS.build(dict(type=f'mmmtl.{name}', body=BODY, **options))


def features(n=1, height=4, width=8):
    return [torch.randn(n, 4, height, width, generator=torch.Generator().manual_seed(0))]


def labelled(field, data):
    sample = toy_sample(*data.shape[-2:], tasks=())
    sample.set_data({field: PixelData(data=data)})
    return sample


@pytest.mark.parametrize('name, field', HEADS.items())
def test_perfect_prediction_has_no_loss(name, field):
    head = build(name)
    target = head(features()).detach()
    loss, = head.loss(features(), [labelled(field, target[0])], None).values()
    assert loss.item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize('name, field', HEADS.items())
def test_loss_is_the_mean_error_over_measured_values(name, field):
    head = build(name)
    target = head(features()).detach()[0] + 2.0
    target[:, 0] = torch.nan
    loss, = head.loss(features(), [labelled(field, target)], None).values()
    assert loss.item() == pytest.approx(2.0, rel=1e-5)


@pytest.mark.parametrize('name, field', HEADS.items())
def test_unlabelled_frames_leave_gradients_of_zero(name, field):
    head = build(name)
    loss, = head.loss(features(2), [toy_sample(4, 8, tasks=())] * 2, None).values()
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in head.parameters())


def test_log_depth_is_compared_and_returned_in_the_right_space():
    head = build('DepthHead', parametrisation='log')
    metres = head(features()).detach().exp() * torch.e
    metres[0, 0, 0, 0] = 0.0  # not positive: unmeasured
    loss, = head.loss(features(), [labelled('gt_depth_map', metres[0])], None).values()
    assert loss.item() == pytest.approx(1.0, rel=1e-5)
    assert torch.allclose(head.decode(head.encode(torch.tensor([2.5]))), torch.tensor([2.5]))


@pytest.mark.parametrize('name, factors', [
    ('InstanceVectorHead', (2.0, 3.0)), ('InverseDepthHead', (2.0, )), ('DepthHead', (0.5, ))])
def test_units_scale_with_the_image(name, factors):
    head = build(name)
    meta = dict(ori_shape=(12, 16), img_shape=(4, 8), pad_shape=(4, 8))
    sample = toy_sample(4, 8, tasks=(), **meta)
    head.postprocess(torch.ones(head.out_channels, 4, 8), sample)
    data = sample.get(head.pred_field).data
    assert data.shape == (head.out_channels, 12, 16)
    assert data.mean((1, 2)).tolist() == pytest.approx(factors)


def test_plain_metres_do_not_scale():
    sample = toy_sample(4, 8, tasks=(), ori_shape=(12, 16), img_shape=(4, 8), pad_shape=(4, 8))
    build('DepthHead', zoom=False).postprocess(torch.ones(1, 4, 8), sample)
    assert sample.pred_depth_map.data.unique().tolist() == [1.0]


def test_a_flip_that_cannot_be_undone_is_named():
    sample = toy_sample(4, 8, tasks=(), flip=True, flip_direction='diagonal')
    with pytest.raises(ValueError, match="direction 'diagonal', only .*'horizontal'"):
        build('InverseDepthHead').postprocess(torch.ones(1, 4, 8), sample)


@pytest.mark.parametrize('direction, signs', [('horizontal', (-1, 1)), ('vertical', (1, -1))])
def test_flip_turns_pixels_and_components(direction, signs):
    head = build('InstanceVectorHead')
    truth = torch.randn(2, 4, 8)
    dim = -1 if direction == 'horizontal' else -2
    seen = truth.flip(dim) * torch.tensor(signs)[:, None, None]  # what the network was shown
    sample = toy_sample(4, 8, tasks=(), flip=True, flip_direction=direction)
    head.postprocess(seen, sample)
    assert torch.allclose(sample.pred_instance_vector.data, truth)


def test_restore_map_removes_test_time_padding():
    padded = torch.zeros(1, 6, 10)
    padded[:, 1:5, 2:10] = torch.arange(32.0).view(1, 4, 8)
    meta = dict(ori_shape=(4, 8), img_padding_size=(2, 0, 1, 1))
    restored, zoom = restore_map(padded, meta, align_corners=False)
    assert torch.equal(restored, torch.arange(32.0).view(1, 4, 8)) and zoom == (1.0, 1.0)


@pytest.mark.parametrize('cfg, message', [
    (dict(type='mmmtl.InverseDepthHead'), 'body is missing'),
    (dict(type='mmmtl.InverseDepthHead', body=dict(channels=3)), 'body is missing'),
    (dict(type='mmmtl.DepthHead', body=BODY, parametrisation='inverse'),
     "must be 'linear' or 'log', got 'inverse'"),
    (dict(type='mmmtl.InverseDepthHead', body=dict(BODY, type='PointHead')),
     'PointHead: it refines'),
])
def test_bad_options(cfg, message):
    with pytest.raises(ValueError, match=message):
        MODELS.build(cfg)
