"""The hook hands classes to the segmentor, through a runner and the config functions."""

from types import SimpleNamespace

import pytest
import torch

from mmmtl.engine import InstanceClusteringHook
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg

META = dict(classes=('a', 'b', 'c'), thing_classes=('b', ))
CLUSTERING = dict(type='mmmtl.DBSCANClustering', eps={'b': 2})


def loader(**meta):
    return SimpleNamespace(dataset=SimpleNamespace(metainfo=META | meta))


def runner(clustering=CLUSTERING, **loaders):
    model = MODELS.build(toy_model_cfg(instance_clustering=clustering))
    return SimpleNamespace(model=model, val_loop=None, **{'train_dataloader': loader()} | loaders)


@pytest.mark.parametrize(('point', 'name'), [
    ('before_val_epoch', 'val_dataloader'), ('before_test_epoch', 'test_dataloader')])
def test_before_frames_are_predicted(point, name):
    run = runner(**{name: loader()})
    getattr(InstanceClusteringHook(), point)(run)
    assert run.model.dataset_meta == META
    assert list(run.model.instance_clustering._things) == [1]


@pytest.mark.parametrize(('learned', 'judged', 'things'), [
    (dict(classes=('b', 'a'), thing_classes=('b', )), META, {0: 'b'}),
    (dict(classes=('b', 'a')), META, {0: 'b'}),  # a checkpoint of mmseg names no things
    (dict(classes=('b', 'a')), META | dict(thing_classes=(1, )), {0: 'b'}),  # b by its number
    (dict(classes=('x', 'y', 'b'), thing_classes=()), META, {}),
    (dict(classes=META['classes']), META, {1: 'b'}), ({}, META, {1: 'b'}),
    (dict(classes=('c', 'b')), dict(thing_classes=('b', )), {1: 'b'})])
def test_things_are_numbered_as_the_head_learned_them(learned, judged, things):
    run = runner(CLUSTERING | dict(eps=2), test_dataloader=loader())
    run.test_dataloader.dataset.metainfo = judged
    hook = InstanceClusteringHook()
    hook.after_load_checkpoint(run, dict(meta=dict(dataset_meta=learned)))
    hook.before_test_epoch(run)
    assert {label: thing.name for label, thing
            in run.model.instance_clustering._things.items()} == things


def test_while_training_the_training_set_counts():
    run = runner(train_dataloader=loader(classes=('b', 'c', 'a')), val_dataloader=loader())
    run.val_loop = SimpleNamespace(dataloader=run.val_dataloader)
    hook = InstanceClusteringHook()
    hook.after_load_checkpoint(run, dict(meta=dict(dataset_meta=dict(classes=('a', 'c', 'b')))))
    hook.before_train(run)
    assert list(run.model.instance_clustering._things) == [0]
    hook.before_val_epoch(run)
    assert list(run.model.instance_clustering._things) == [0]


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


def test_classes_that_were_numbered_for_training_take_the_things_of_the_judged_set():
    """A head trained on a set without names; a number is no name of a thing, nor a class lost."""
    run, hook = runner(test_dataloader=loader()), InstanceClusteringHook()
    hook.after_load_checkpoint(run, dict(meta=dict(dataset_meta=dict(classes=('0', '1', '2')))))
    hook.before_test_epoch(run)
    assert run.model.dataset_meta == META
    assert list(run.model.instance_clustering._things) == [1]
