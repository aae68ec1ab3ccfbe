"""The hook hands classes to the segmentor, through a runner and the config functions."""

from types import SimpleNamespace

import pytest
import torch
from mmengine.config import ConfigDict

from mmmtl.apis.config import use_instance_clustering
from mmmtl.engine import InstanceClusteringHook
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

META = dict(classes=('a', 'b', 'c'), thing_classes=('b', ))
CLUSTERING = dict(type='mmmtl.DBSCANClustering', eps={'b': 2})


def loader(**meta):
    return SimpleNamespace(dataset=SimpleNamespace(metainfo=META | meta))


def runner(clustering=CLUSTERING, **loaders):
    model = MODELS.build(toy_model_cfg(instance_clustering=clustering))
    return SimpleNamespace(model=model, val_loop=None, **loaders)


@pytest.mark.parametrize(('point', 'name'), [
    ('before_val_epoch', 'val_dataloader'), ('before_test_epoch', 'test_dataloader')])
def test_before_frames_are_predicted(point, name):
    run = runner(**{name: loader()})
    getattr(InstanceClusteringHook(), point)(run)
    assert run.model.dataset_meta == META
    assert list(run.model.instance_clustering._things) == [1]


def test_errors_come_before_training():
    run = runner()
    InstanceClusteringHook().before_train(run)  # no validation, nothing to prepare
    run.val_loop = SimpleNamespace(dataloader=loader(thing_classes=('b', 'c')))
    with pytest.raises(KeyError, match="eps has no value for the thing class 'c'"):
        InstanceClusteringHook().before_train(run)


def test_models_without_clustering_are_left_alone():
    for model in (runner(None).model, torch.nn.Linear(1, 1)):
        InstanceClusteringHook().before_test_epoch(
            SimpleNamespace(model=model, test_dataloader=loader()))
        assert not hasattr(model, 'dataset_meta')


@pytest.mark.parametrize(('model', 'count'), [
    (dict(type='mmmtl.MultiTaskSegmentor', instance_clustering=CLUSTERING), 1),
    (dict(type='mmmtl.MultiTaskSegmentor'), 0), (dict(type='EncoderDecoder'), 0)])
def test_tools_add_it_once(model, count):
    cfg = ConfigDict(model=model)
    use_instance_clustering(cfg)
    use_instance_clustering(cfg)
    assert [hook.type for hook in cfg.get('custom_hooks', [])] == [
        'mmmtl.InstanceClusteringHook'] * count
