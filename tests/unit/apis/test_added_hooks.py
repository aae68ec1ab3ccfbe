"""Which hooks the tools add to which run."""

import pytest
from mmengine.config import Config

import mmmtl.engine  # noqa: F401 (registers the hooks)
from mmmtl.apis.added_hooks import ADDED_HOOKS, BOTH, TEST, TRAIN, Run, add_hooks
from mmmtl.registry import HOOKS

TASKS = dict(type='mmmtl.MultiTaskSegmentor')
LOSSES = ['FiniteLoss', 'TrainingCheck', 'LabelWatch', 'LossWeighting']
ANY_TRAINING = [
    'ScoreCheck', 'BatchShape', 'CheckpointCheck', 'PretrainedReach', 'PretrainedCheck',
    'NumberedClasses', 'HeadClasses', 'LabelSample', 'LastBatch']
ANY_TEST = ['BatchShape', 'CheckpointCheck', 'NumberedClasses', 'HeadClasses', 'LabelSample']


def added(tool, model, out=None, **cfg):
    cfg = Config(dict(model=model, **cfg))
    given = len(cfg.get('custom_hooks', []))
    add_hooks(cfg, tool, out)
    return cfg.custom_hooks[given:]


def names(*args, **kwargs):
    return [hook['type'].removeprefix('mmmtl.').removesuffix('Hook')
            for hook in added(*args, **kwargs)]


def test_a_training_of_tasks_and_one_of_another_model():
    assert names('train', TASKS, optim_wrapper=dict()) == LOSSES + ANY_TRAINING
    assert names('train', dict(type='EncoderDecoder'), optim_wrapper=dict()) == ANY_TRAINING


@pytest.mark.parametrize('start', [dict(resume=True, load_from='a.pth'), dict(load_from='a.pth')])
def test_a_checkpoint_overwrites_pretrained_weights(start):
    hooks = added('train', TASKS, **start)
    assert 'mmmtl.PretrainedCheckHook' not in [hook['type'] for hook in hooks]
    assert dict(type='mmmtl.CheckpointCheckHook', start='resume' not in start) in hooks


def test_a_test_writes_where_it_is_told():
    assert names('test', TASKS, optim_wrapper=dict()) == ANY_TEST
    hooks = added('test', TASKS, 'folder')
    assert hooks[0] == dict(type='mmmtl.PredictionWriterHook', out_dir='folder')
    assert dict(type='mmmtl.CheckpointCheckHook', unused=['loss_weighting.']) in hooks


@pytest.mark.parametrize('tool', ['train', 'test'])
@pytest.mark.parametrize(('model', 'count'), [
    (dict(TASKS, instance_clustering=dict()), 0), (TASKS, 0), (dict(type='EncoderDecoder'), 0),
    (dict(TASKS, instance_clustering=dict(type='mmmtl.OPTICSClustering')), 1)])
def test_a_clusterer_is_told_of_its_things(tool, model, count):
    assert names(tool, model).count('InstanceClustering') == count
    named = [dict(type='mmmtl.InstanceClusteringHook')]
    assert names(tool, model, custom_hooks=named).count('InstanceClustering') == 0


def test_what_the_config_says_stays():
    skip = dict(type='mmmtl.FiniteLossHook', non_finite='skip')
    cfg = Config(dict(model=TASKS, optim_wrapper=dict(), custom_hooks=[skip]))
    add_hooks(cfg, 'train')
    assert [hook for hook in cfg.custom_hooks if hook['type'] == skip['type']] == [skip]
    assert cfg.custom_hooks[0] == skip


@pytest.mark.parametrize('row', ADDED_HOOKS, ids=lambda row: f'{row.name}-{"-".join(row.when)}')
def test_each_row_says_when_and_why_and_builds(row):
    assert row.when in (TRAIN, TEST, BOTH) and row.why
    HOOKS.build(dict(type=f'mmmtl.{row.name}', **row.options(Run(Config(), 'folder'))))
