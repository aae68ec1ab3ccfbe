"""Tests and predictions go through the same pipeline, whatever was changed."""

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmseg.apis import inference_model, init_model

from mmmtl.apis import load_config
from mmmtl.testing.mix_in import published_configs
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes
from mmmtl.testing.toy_config import CONFIG
from mmmtl.utils.one_pipeline import join_pipelines, pipeline_of, with_one_pipeline

A, B, C = ([dict(type=name)] for name in 'ABC')
HOST = 'mmseg::pspnet/pspnet_r18-d8_4xb2-80k_cityscapes-512x1024.py'
RESIZE = "dict(type='Resize', scale=(64, 32), keep_ratio=True)"
MIX_IN = f"""_base_ = ['{HOST}', 'CONFIGS/_base_/mix_in/cityscapes.py']
_base_.multi_task.into(_base_)
""" + CONFIG.partition("default_scope = 'mmseg'\n")[2].replace(
    'batch_size=2', 'batch_size=1').replace(
        'model = dict(', 'model = dict(_delete_=True,').replace(
        'optim_wrapper = dict(', 'optim_wrapper = dict(_delete_=True, ')
#: what a person writes below, and options
CHANGES = {
    'in place': ("_base_.test_dataloader.dataset.pipeline[1]['scale'] = (64, 32)\n", {}),
    'in place, the variable': ("_base_.test_pipeline[1]['scale'] = (64, 32)\n", {}),
    'assigned': ('pipeline = list(_base_.test_pipeline)\n'
                 f'pipeline[1] = {RESIZE}\n'
                 "test_dataloader['dataset'] = dict(data, pipeline=pipeline)\n", {}),
    'option of the loader': ('', {'test_dataloader.dataset.pipeline.1.scale': (64, 32)}),
    'option of the variable': ('', {'test_pipeline.1.scale': (64, 32)}),
}


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp('data')
    make_toy_cityscapes(folder, frames=2, size=(64, 128))
    return folder


def write(folder, root, data, lines):
    text = MIX_IN.replace('CONFIGS', str(root / 'configs')).replace('DATA', str(data))
    path = folder / 'user.py'
    path.write_text(text.replace('custom_imports = ', lines + 'custom_imports = ') if (
        'in place' in lines or lines.startswith('_base_')) else text + lines)
    return path


@pytest.mark.parametrize('change', CHANGES)
def test_the_prediction_is_that_of_the_test(change, tmp_path, repo_root, data):
    lines, options = CHANGES[change]
    path = write(tmp_path, repo_root, data, lines)
    cfg = load_config(str(path), options)
    cfg.work_dir = str(tmp_path / 'work')
    runner = Runner.from_cfg(cfg)
    batch = next(iter(runner.test_dataloader))
    assert batch['inputs'][0].shape[-2:] == (32, 64)
    runner.model.eval()
    with torch.no_grad():
        tested = runner.model.test_step(batch)[0]
    cfg.dump(str(tmp_path / 'dumped.py'))
    for source, changed in ((str(path), options), (str(tmp_path / 'dumped.py'), {}), (cfg, {})):
        model = init_model(source, device='cpu', cfg_options=dict(changed) or None)
        model.load_state_dict(runner.model.state_dict())
        predicted = inference_model(model, tested.img_path)
        for field in ('seg_logits', 'pred_instance_vector', 'pred_depth'):
            if field in tested:
                assert torch.equal(predicted.get(field).data, tested.get(field).data), field
        assert 'seg_logits' in tested


def test_the_callers_config_stays():
    cfg = Config(dict(test_pipeline=A, test_dataloader=dict(dataset=dict(pipeline=B))))
    assert with_one_pipeline(cfg).test_pipeline == B and cfg.test_pipeline == A
    assert with_one_pipeline(None) is None
    assert with_one_pipeline(Config(dict(test_pipeline=A))).test_pipeline == A


def test_pipelines_of_wrapped_data_sets():
    assert pipeline_of(dict(dataset=dict(pipeline=A), times=2)) == A
    assert pipeline_of(dict(pipeline=B, dataset=dict(pipeline=A))) == [*A, *B]
    assert pipeline_of(dict(datasets=[dict(pipeline=A), dict(pipeline=A)])) == A
    assert pipeline_of(dict(datasets=[dict(pipeline=A), dict(pipeline=B)])) is None
    assert pipeline_of(dict(type='X')) is pipeline_of(None) is None


def both(variable, loader):
    return Config(dict(test_pipeline=variable, test_dataloader=dict(dataset=dict(
        type='RepeatDataset', dataset=dict(pipeline=loader)))))


def test_which_one_follows():
    for change, before, wanted in (
            (both(A, B), both(A, A), B), (both(B, A), both(A, A), B), (both(A, B), None, B)):
        join_pipelines(change, before)
        assert change.test_pipeline == pipeline_of(change.test_dataloader.dataset) == wanted
    with pytest.raises(ValueError, match='were changed, and differ'):
        join_pipelines(both(B, C), both(A, A))


def test_every_config_of_ours_has_one(repo_root):
    found = sorted((repo_root / 'configs' / '_base_' / 'datasets').glob('*.py'))
    found += sorted((repo_root / 'configs').glob('[!_m]*/*.py'))
    found += sorted((repo_root / 'configs' / 'mix_in').glob('*.py'))
    assert len(found) > 20
    for path in found:
        cfg = Config.fromfile(path)
        assert cfg.test_pipeline == pipeline_of(cfg.test_dataloader.dataset), path


def test_published_configs_keep_theirs():
    published = published_configs()
    for name in list(published)[::60]:
        cfg = Config.fromfile(published[name], import_custom_modules=False)
        theirs = cfg.get('test_pipeline')
        join_pipelines(cfg)
        assert theirs is None or cfg.test_pipeline == theirs, name
