"""Test-time augmentation: versions of a frame are averaged in the units of the original image."""

import torch
from mmengine.registry import init_default_scope

from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample

init_default_scope('mmseg')


def build(**changes):
    return MODELS.build(dict(
        type='mmmtl.MultiTaskTTAModel', module=toy_model_cfg(
            data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'), **changes))).eval()


def batch():
    """A frame, and itself flipped, as mmengine hands over augmented versions."""
    image = torch.randn(3, 32, 64)
    return dict(
        inputs=[[image], [image.flip(-1)]],
        data_samples=[[toy_sample()], [toy_sample(flip=True, flip_direction='horizontal')]])


def test_mean_of_the_versions_for_every_task():
    model, data = build(), batch()
    with torch.no_grad():
        merged, = model.test_step(data)
        single = [model.module.predict(torch.stack(inputs), samples)[0]
                  for inputs, samples in zip(*batch_of(data), strict=True)]
    for field in ('pred_instance_vector', 'pred_inverse_depth_map'):
        expected = torch.stack([s.get(field).data for s in single]).mean(0)
        assert torch.allclose(merged.get(field).data, expected)
    probability = sum(s.seg_logits.data.softmax(0) for s in single)
    assert torch.equal(merged.pred_sem_seg.data.squeeze(), probability.argmax(0))


def batch_of(data):
    return data['inputs'], data['data_samples']


def test_normals_keep_length_one():
    model, data = build(task_heads=dict(normal=dict(type='mmmtl.SurfaceNormalHead'))), batch()
    with torch.no_grad():
        merged, = model.test_step(data)
        single = [model.module.predict(torch.stack(inputs), samples)[0].pred_normal_map.data
                  for inputs, samples in zip(*batch_of(data), strict=True)]
    mean = sum(single) / 2
    assert (mean.norm(dim=0) < 0.999).any()
    assert torch.allclose(merged.pred_normal_map.data, mean / mean.norm(dim=0), atol=1e-6)


def test_a_model_without_a_semantic_head():
    body = toy_model_cfg()['decode_head']
    model = build(decode_head=dict(type='mmmtl.InverseDepthHead', body=body), task_heads=None)
    with torch.no_grad():
        merged, = model.test_step(batch())
    assert merged.pred_inverse_depth_map.data.shape == (1, 32, 64)


def test_binary_semantics_are_thresholded_not_compared():
    head = dict(toy_model_cfg()['decode_head'], num_classes=2, out_channels=1, threshold=0.5)
    torch.manual_seed(0)
    model, data = build(decode_head=head), batch()
    segmentor, head = model.module, model.module.decode_head
    with torch.no_grad():  # half of the scores above the threshold
        logits = head(segmentor.extract_feat(torch.stack(data['inputs'][0])))
        head.conv_seg.bias -= logits.median()
    data['data_samples'] = [[toy_sample(num_classes=2)], [toy_sample(num_classes=2)]]
    data['inputs'][1] = data['inputs'][0]  # the same frame twice: the merged one is as each
    with torch.no_grad():
        merged, = model.test_step(data)
        single, = model.module.predict(torch.stack(data['inputs'][0]), [toy_sample(num_classes=2)])
    assert torch.equal(merged.pred_sem_seg.data, single.pred_sem_seg.data)
    assert 0 < single.pred_sem_seg.data.float().mean() < 1
