"""The head of surface normals: unit length, flips, zooms, and a step with other tasks."""

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from torch.nn import functional as F

from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample
from mmmtl.utils.units import zoom_normals

BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=0, concat_input=False,
            dropout_ratio=0, num_classes=7)


def build(**options):
    return MODELS.build(dict(type='mmmtl.SurfaceNormalHead', body=BODY, **options))


def features(n=1):
    return [torch.randn(n, 4, 4, 8, generator=torch.Generator().manual_seed(0))]


def directions(height=4, width=8):
    return F.normalize(torch.randn(3, height, width), dim=0)


def test_loss_compares_directions_at_the_size_of_the_input():
    head = build()
    assert head.kind == 'regression' and head.out_channels == 3
    raw = head(features()).detach()
    target = F.normalize(F.interpolate(raw, (8, 16), mode='bilinear'), dim=1)[0]
    sample = toy_sample(8, 16, tasks=())
    sample.set_data(dict(gt_normal_map=PixelData(data=target)))
    loss, = head.loss(features(), [sample], None).items()
    assert loss[0] == 'loss_cosine' and loss[1].item() == pytest.approx(0, abs=1e-6)
    target[:, :, 0] = torch.nan
    target[:, :, 1:] *= -1
    loss, = head.loss(features(), [sample], None).values()
    assert loss.item() == pytest.approx(2, abs=1e-6)


def test_unlabelled_frames_leave_gradients_of_zero():
    head = build()
    loss, = head.loss(features(2), [toy_sample(4, 8, tasks=())] * 2, None).values()
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in head.parameters())


@pytest.mark.parametrize('restore', [True, False])
def test_predictions_have_length_one(restore):
    sample = toy_sample(4, 8, tasks=(), ori_shape=(9, 17))
    build().postprocess(40 * torch.randn(3, 4, 8), sample, restore=restore)
    data = sample.pred_normal_map.data
    assert data.shape == ((3, 9, 17) if restore else (3, 4, 8))
    assert torch.allclose(data.norm(dim=0), torch.ones(data.shape[1:]))


def test_length_of_the_raw_vector_has_no_say_in_resizing():
    pred = directions()
    pair = [toy_sample(4, 8, tasks=(), ori_shape=(9, 17)) for _ in range(2)]
    for sample, scale in zip(pair, (1, torch.rand(1, 4, 8) + 0.1), strict=True):
        build().postprocess(pred * scale, sample)
    assert torch.allclose(pair[0].pred_normal_map.data, pair[1].pred_normal_map.data, atol=1e-5)


@pytest.mark.parametrize('direction, signs', [('horizontal', (-1, 1, 1)), ('vertical', (1, -1, 1))])
def test_flip_turns_pixels_and_components(direction, signs):
    truth = directions()
    dim = -1 if direction == 'horizontal' else -2
    seen = truth.flip(dim) * torch.tensor(signs)[:, None, None]
    sample = toy_sample(4, 8, tasks=(), flip=True, flip_direction=direction)
    build().postprocess(seen, sample)
    assert torch.allclose(sample.pred_normal_map.data, truth, atol=1e-6)


def test_zoom_is_the_inverse_of_what_the_pipeline_does():
    truth = F.normalize(torch.tensor([0.4, -0.5, -0.7]), dim=0)
    seen = zoom_normals(truth.numpy()[None, None], 8 / 16, 4 / 12)[0, 0]  # an image made smaller
    pred = torch.from_numpy(np.ascontiguousarray(seen))[:, None, None].expand(3, 4, 8)
    meta = dict(ori_shape=(12, 16), img_shape=(4, 8), pad_shape=(4, 8))
    for zoom, expected in ((True, truth), (False, torch.from_numpy(seen))):
        sample = toy_sample(4, 8, tasks=(), **meta)
        build(zoom=zoom).postprocess(pred, sample)
        data = sample.pred_normal_map.data
        assert torch.allclose(data, expected[:, None, None].expand_as(data), atol=1e-6)


def test_merge_is_the_direction_of_the_mean():
    head, maps = build(), [directions(), directions()]
    versions = [toy_sample(4, 8, tasks=()) for _ in maps]
    for version, data in zip(versions, maps, strict=True):
        head.write(data, version)
    assert torch.allclose(head.merge(versions), F.normalize(maps[0] + maps[1], dim=0))


def test_in_a_segmentor():
    heads = dict(toy_model_cfg()['task_heads'], normal=dict(type='mmmtl.SurfaceNormalHead'))
    model = MODELS.build(toy_model_cfg(task_heads=heads,
                                       loss_weighting=dict(type='UncertaintyWeighting')))
    tasks = ('semantic', 'instance', 'depth', 'normal')
    images = torch.randn(2, 3, 32, 64)
    losses = model.loss(images, [toy_sample(tasks=tasks), toy_sample(tasks=tasks[:2], seed=1)])
    total, logs = model.parse_losses(losses)
    total.backward()
    assert 0 < logs['raw/normal'] < 2
    assert all(p.grad is not None for p in model.task_heads['normal'].parameters())
    with torch.no_grad():
        raw = model.eval().forward(images, mode='tensor')['normal']
        sample, _ = model.predict(images, [toy_sample(tasks=()), toy_sample(tasks=())])
    assert raw.shape[1] == 3 and sample.pred_normal_map.data.shape == (3, 32, 64)
