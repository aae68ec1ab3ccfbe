"""Instances from a segmentor: whole and sliding inference, flips, augmentation, meta data."""

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import MessageHub

from mmmtl.engine.instance_clustering_hook import prepare
from mmmtl.models.instance_clustering import BaseInstanceClustering
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample

CLUSTERING = dict(type='mmmtl.DBSCANClustering', eps=2, min_samples=8, thing_classes=[1, 4, 7])
FIELDS = ('pred_instance_map', 'pred_panoptic_map')


@pytest.fixture(autouse=True)
def _no_training_before():
    """A segmentor asks mmengine for the classes of the run, which may be an earlier test's."""
    MessageHub.get_instance('test_instances')


def build(seed=0, **changes):
    torch.manual_seed(seed)
    return MODELS.build(toy_model_cfg(**dict(instance_clustering=CLUSTERING) | changes)).eval()


def image(size=(48, 96)):
    return torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def predict(model, *samples, **meta):
    inputs = image().repeat(max(1, len(samples)), 1, 1, 1)
    return model.predict(inputs, list(samples) or [toy_sample(48, 96, **meta)])


@pytest.mark.parametrize('test_cfg', [
    dict(mode='whole'), dict(mode='slide', crop_size=(32, 48), stride=(16, 32))])
def test_fields_at_the_size_of_the_image(test_cfg):
    sample, = predict(build(test_cfg=ConfigDict(test_cfg)), ori_shape=(60, 100))
    for field in FIELDS:
        assert sample.get(field).data.shape == (1, 60, 100)
    found = sample.pred_instances
    assert set(found.labels.tolist()) <= {1, 4, 7}
    ids = sample.pred_instance_map.data
    for number, label in zip(found.ids, found.labels, strict=True):
        assert (sample.pred_sem_seg.data[ids == number] == label).all()


def test_other_predictions_are_as_without():
    plain, with_instances = (predict(build(instance_clustering=cfg), ori_shape=(60, 100))[0]
                             for cfg in (None, CLUSTERING))
    for field in ('pred_sem_seg', 'seg_logits', 'pred_instance_vector', 'pred_inverse_depth_map'):
        assert torch.equal(plain.get(field).data, with_instances.get(field).data)
    assert not [field for field in FIELDS if field in plain]


def test_without_data_samples():
    with torch.no_grad():
        samples = build().predict(image(), None)
    assert samples[0].pred_instance_map.data.shape == (1, 48, 96)


def test_flip_and_resize_are_undone_first():
    """A model whose maps are read off the image sees the flipped one flipped."""
    model = build()
    x = torch.arange(96.0).expand(48, 96)
    logits = torch.zeros(1, 19, 48, 96)
    logits[0, 1, 10:40, 8:30] = 9
    maps = [logits, torch.stack([19 - x, 25 - torch.arange(48.0)[:, None].expand(48, 96)])[None],
            torch.zeros(1, 1, 48, 96)]
    straight, = model.postprocess_result(
        torch.cat(maps, 1), [toy_sample(48, 96, ori_shape=(96, 192))])
    maps[1][:, 0] = -maps[1][:, 0]
    flipped, = model.postprocess_result(torch.cat(maps, 1).flip(-1), [toy_sample(
        48, 96, ori_shape=(96, 192), flip=True, flip_direction='horizontal')])
    assert straight.pred_instances.labels.tolist() == [1]
    assert (straight.pred_instance_map.data[0, 30:70, 24:54] == 1).all()
    for field in FIELDS:
        assert torch.equal(straight.get(field).data, flipped.get(field).data)


def test_augmented_versions_are_clustered_once_on_their_mean(monkeypatch):
    tta = MODELS.build(dict(
        type='mmmtl.MultiTaskTTAModel',
        module=toy_model_cfg(data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),
                             instance_clustering=CLUSTERING))).eval()
    calls = []
    original = BaseInstanceClustering.predict
    monkeypatch.setattr(BaseInstanceClustering, 'predict',
                        lambda self, sample: (calls.append(sample), original(self, sample)))
    frame = image()[0]
    data = dict(inputs=[[frame], [frame.flip(-1)]], data_samples=[
        [toy_sample(48, 96)], [toy_sample(48, 96, flip=True, flip_direction='horizontal')]])
    with torch.no_grad():
        merged, = tta.test_step(data)
    assert calls == [merged]
    logits = merged.seg_logits.data
    assert torch.equal(logits.argmax(0, keepdim=True), merged.pred_sem_seg.data)
    assert torch.allclose(logits.exp().sum(0), torch.ones(48, 96), atol=1e-4)
    with torch.no_grad():
        tta.module.predict(image(), [toy_sample(48, 96)])
    assert len(calls) == 2  # the segmentor itself still clusters


def test_classes_come_from_the_data_set():
    clustering = dict(CLUSTERING, thing_classes=None)
    model = build(instance_clustering=clustering)
    with pytest.raises(ValueError, match='does not know which classes are things'):
        predict(model)

    class Data:
        metainfo = dict(classes=tuple('abcdefghijklmnopqrs'), thing_classes=('b', ))

    wrapper = torch.nn.Module()
    wrapper.module = model
    prepare(wrapper, Data())
    sample, = predict(model)
    assert set(sample.pred_instances.labels.tolist()) <= {1}
    Data.metainfo = dict(Data.metainfo, thing_classes=('e', ))  # another data set
    prepare(model, Data())
    assert set(predict(model)[0].pred_instances.labels.tolist()) <= {4}


@pytest.mark.parametrize(('changes', 'message'), [
    (dict(task_heads=None), 'needs pred_instance_vector'),
    (dict(decode_head=dict(type='mmmtl.DepthHead', body=toy_model_cfg().decode_head),
          task_heads=dict(instance=dict(type='mmmtl.InstanceVectorHead'))),
     'needs pred_sem_seg'),
    (dict(instance_clustering=dict(type='mmmtl.MaskedL1Loss')), 'no clusterer'),
])
def test_config_errors(changes, message):
    with pytest.raises(ValueError, match=message):
        build(**changes)


def test_nothing_is_added_to_checkpoints():
    assert build().state_dict().keys() == build(instance_clustering=None).state_dict().keys()
