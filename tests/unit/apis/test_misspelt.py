"""Misspelt keys are refused wherever they stand; keys of one's own are not."""

import copy
import re
from unittest.mock import patch

import pytest
from mmengine.config import Config

from mmmtl.apis import load_config
from mmmtl.apis.misspelt import check_keys, check_options, near
from mmmtl.testing.mix_in import published_configs

BASE = 'mmmtl::kendall/kendall_r101-d8_1xb8-50k_cityscapes-128x256.py'
#: what a person writes -> what the message suggests
MISSPELT = {
    'optim_wraper.balancer.type': 'optim_wrapper',
    'optimizer_wrapper.balancer.type': 'optim_wrapper',
    'optimWrapper': 'optim_wrapper',
    'resum': 'resume',
    'load_form': 'load_from',
    'crop_siez': 'crop_size',
    'optim_wrapper.balencer.type': 'balancer',
    'optim_wrapper.clip_gard.max_norm': 'clip_grad',
    'optim_wrapper.clip_grad.max_nrom': 'max_norm',
    'optim_wrapper.optimizer.weigth_decay': 'weight_decay',
    'optim_wrapper.paramwise_cfg.norm_decay_mul': 'norm_decay_mult',
    'optim_wrapper.paramwise_cfg.custom_keys.head.lr_mul': 'lr_mult',
    'model.los_weighting.type': 'loss_weighting',
    'model.loss_weights.type': 'loss_weighting',
    'model.decode_head.num_class': 'num_classes',
    'model.decode_head.loss_decode.loss_wieght': 'loss_weight',
    'model.backbone.dept': 'depth',
    'model.test_cfg.mod': 'mode',
    'model.task_heads.dept.loss.type': 'depth',
    'model.task_heads.depth.loss_decod': 'loss_decode',
    'train_dataloder.batch_size': 'train_dataloader',
    'train_dataloader.batchsize': 'batch_size',
    'train_dataloader.num_worker': 'num_workers',
    'train_dataloader.dataset.data_rot': 'data_root',
    'train_dataloader.dataset.metainfo.clases': 'classes',
    'train_dataloader.dataset.pipeline.0.to_float23': 'to_float32',
    'train_dataloader.sampler.shufle': 'shuffle',
    'train_cfg.max_iter': 'max_iters',
    'train_cfg.val_intervall': 'val_interval',
    'default_hooks.checkpont.interval': 'checkpoint',
    'default_hooks.checkpoint.max_keep_ckpt': 'max_keep_ckpts',
    'param_scheduler.0.by_epochs': 'by_epoch',
    'val_evaluator.0.prefx': 'prefix',
    'randomness.sed': 'seed',
    'env_cfg.cudnn_bechmark': 'cudnn_benchmark',
}
FINE = {
    'my_size': 3, 'custom_hooks': [dict(type='mmmtl.FiniteLossHook', priority=40)],
    'optim_wrapper.balancer.type': 'PCGrad', 'optim_wrapper.level': 'features',
    'optim_wrapper.paramwise_cfg.custom_keys.heads.lr_mult': 2.,
    'model.task_heads.depths.type': 'mmmtl.DepthHead', 'model2': dict(a=1),
    'model.unlabelled_tasks': ['depth'], 'randomness.seed': 1, 'resume': True,
    'train_dataloader.drop_last': True, 'default_hooks.visualization.type': 'SegVisualizationHook',
}


@pytest.fixture(scope='module')
def base():
    return load_config(BASE)


def read(base, options):
    """As :func:`load_config`, of a file that was read before."""
    cfg = copy.deepcopy(base)
    check_options(cfg, options)
    cfg.merge_from_dict(options)
    check_keys(cfg)


@pytest.mark.parametrize('key', MISSPELT)
def test_options_are_refused_with_the_known_key(base, key):
    with pytest.raises(ValueError, match=f"did you mean '{MISSPELT[key]}'"):
        read(base, {key: 'PCGrad'})


@pytest.mark.parametrize('options', [
    {'optim_wraper.balancer.type': 'PCGrad'}, {'vall_dataloader.batch_size': 3},
    {'model.decode_head.num_clases': 3}, {'train_dataloader.batchsize': 3},
    {'model.loss_weighting': dict(type='mmmtl.DynamicWeightAverage', tempratur=2.)}])
def test_at_most_three_names_are_said_and_no_list(base, options):
    with pytest.raises(ValueError, match='did you mean') as error:
        read(base, options)
    name = next(iter(options)).split('.')
    said = set(re.findall(r"'(\w+)'", str(error.value))) - {*name, 'tempratur'}
    assert 1 <= len(said) <= 3, error.value


@pytest.mark.parametrize('key', [
    'optim_wraper.balancer.type', 'model.los_weighting.type', 'train_dataloader.batchsize',
    'default_hooks.checkpont.interval'])
def test_files_are_refused_with_the_known_key(key, tmp_path):
    nested = 'PCGrad'
    for name in reversed(key.split('.')):
        nested = {name: nested}
    (name, value), = nested.items()
    path = tmp_path / 'x.py'
    path.write_text(f'_base_ = {BASE!r}\n{name} = {value!r}\n')
    with pytest.raises(ValueError, match=f"did you mean '{MISSPELT[key]}'"):
        load_config(str(path))


@pytest.mark.parametrize('key', FINE)
def test_known_keys_and_keys_of_ones_own_pass(base, key):
    read(base, {key: FINE[key]})


FCN = 'mmseg::fcn/fcn_r50-d8_4xb2-40k_cityscapes-512x1024.py'
FOREIGN = """model = dict(type='EncoderDecoder', backbone=dict(
    type='mmpretrain.VisionTransformer', drop_rate=.1))"""
TIMM = """model = dict(type='EncoderDecoder', backbone=dict(
    type='TIMMBackbone', model_name='resnet18', pretrained=True, pretrained_cfg=dict(file='/x')))"""
NYU = """train_dataloader = dict(dataset=dict(
    type='NYUDataset', data_prefix=dict(img_path='', depth_path='')))"""
CONSTRUCTOR = """optim_wrapper = dict(type='OptimWrapper', constructor='Mine', optimizer=dict(
    type='SGD', lr=1), paramwise_cfg=dict(lr_multi=3))"""


@pytest.mark.parametrize('options', [
    {'model.decode_head.type': 'DAHead', 'model.decode_head.pam_channels': 64},
    {'model.decode_head.type': 'ISAHead', 'model.decode_head.isa_channels': 64},
    {'optim_wrapper.optimizer.type': 'Rprop', 'optim_wrapper.optimizer.etas': (.5, 1.2)},
    {'default_hooks.checkpoint_best.type': 'CheckpointHook',
     'default_hooks.checkpoint_best.save_best': 'mIoU'},
    {'default_hooks.logger_ema': dict(type='EMAHook')}])
def test_another_class_with_its_options_passes(options):
    load_config(FCN, options)


@pytest.mark.parametrize(('text', 'options'), [
    (FOREIGN, {'model.backbone.drop_path_rate': .1}), (TIMM, {}), (CONSTRUCTOR, {}),
    ('env_cfg = dict(cudnn_benchmark=True, cudnn_benchmark_limit=3)', {}),
    (NYU, {'train_dataloader.dataset.data_prefix.depth_map_path': 'd'})])
def test_what_others_read_passes(text, options, tmp_path):
    path = tmp_path / 'x.py'
    path.write_text(text)
    load_config(str(path), options)


def test_a_dumped_config_passes_with_its_variables(tmp_path):
    path = tmp_path / 'x.py'
    path.write_text("train_pipelines = [dict(type='LoadImageFromFile')]\n"
                    "train_pipeline = [*train_pipelines, dict(type='LoadAnnotations')]\n"
                    "load_form = 'x.pth'\nload_from = load_form\n")
    load_config(str(path)).dump(str(tmp_path / 'dumped.py'))
    load_config(str(tmp_path / 'dumped.py'))


@pytest.mark.parametrize(('key', 'place'), [
    ('balancer.type', 'optim_wrapper.balancer.type'),
    ('loss_weighting.type', 'model.loss_weighting.type'),
    ('optimizer.lr', 'optim_wrapper.optimizer.lr'), ('seed', 'randomness.seed'),
    ('max_iters', 'train_cfg.max_iters'), ('batch_size', 'train_dataloader.batch_size'),
    ('train_pipeline.3.crop_size', 'train_dataloader.dataset.pipeline.3.crop_size')])
def test_an_option_at_the_wrong_level_is_told_where_it_belongs(key, place):
    with pytest.raises(ValueError, match=f'write {place}$'):
        load_config(FCN, {key: 3})


def test_a_variable_that_was_copied_is_warned_of(monkeypatch):
    said = []
    monkeypatch.setattr('mmmtl.apis.misspelt.print_log', lambda text, **_: said.append(text))
    load_config(FCN, {'crop_size': (64, 64)})
    assert len(said) == 1 and "'crop_size' is a variable of the config file" in said[0]


def test_variables_that_are_used_pass(tmp_path):
    path = tmp_path / 'x.py'
    path.write_text('train_dataloaders = dict(batch_size=2)\n'
                    'train_dataloader = train_dataloaders\n'
                    'works_dir = "a"\nwork_dir = f"{works_dir}/b"\n')
    cfg = load_config(str(path))
    cfg.dump(str(tmp_path / 'dumped.py'))  # where only equal values tell
    dumped = Config.fromfile(tmp_path / 'dumped.py')
    dumped.pop('works_dir')
    check_keys(dumped)
    path.write_text('works_dir = "a"  # for works_dir\nmy_text = "works_dir"\n')
    with pytest.raises(ValueError, match="did you mean 'work_dir'"):
        load_config(str(path))


def test_a_misspelling_in_the_segmentor_alone():
    from mmmtl.models import MultiTaskSegmentor
    with pytest.raises(ValueError, match=r"MultiTaskSegmentor does not take 'los_weighting'; "
                       "did you mean 'loss_weighting'"):
        MultiTaskSegmentor(backbone={}, decode_head={}, los_weighting={})


def test_names_that_are_close_on_purpose():
    assert not near('model2', ['model']) and not near('val_dataset', ['val_dataloader'])
    assert near('models', ['model']) and near('optim-wrapper', ['optim_wrapper'])


def _sweep(names):
    published = published_configs()
    for name in names(list(published)):
        check_keys(Config.fromfile(published[name], import_custom_modules=False))


def test_published_configs_pass():
    _sweep(lambda names: names[::40])


@pytest.mark.slow
def test_all_published_configs_pass():
    _sweep(lambda names: names)


@pytest.mark.slow
def test_all_our_configs_pass(repo_root):
    ours = sorted((repo_root / 'configs').glob('[!_]*/*.py'))
    assert len(ours) > 50
    for path in ours:
        load_config(str(path))


@pytest.mark.parametrize('key', ['custom_hooks.0.type', 'tta_pipeline.1.transforms', 'mine.0'])
def test_an_index_into_a_list_that_is_not_there(key):
    with pytest.raises(ValueError, match=f'no list {key.split(".")[0]} of which'):
        check_options(Config(dict(tta_pipeline=None)), {key: 'EMAHook'})


@pytest.mark.parametrize('key', ['custom_hooks.0.type', 'custom_keys.layer.0.lr_mult'])
def test_an_index_that_is_there_and_names_with_digits(key):
    check_options(Config(dict(custom_hooks=[dict(type='x')], custom_keys=dict())), {key: 1})


@pytest.mark.parametrize(('key', 'place'), [
    ('lr', 'optim_wrapper.optimizer.lr'), ('epochs', 'train_cfg.max_epochs')])
def test_where_common_settings_belong(base, key, place):
    with pytest.raises(ValueError, match=f'write {place}'):
        read(base, {key: 3})


@pytest.mark.parametrize(('key', 'warned'), [('my_notes', 1), ('train_cfg.max_iters', 0)])
def test_keys_that_nobody_reads_are_said(base, key, warned):
    with patch('mmmtl.apis.misspelt.print_log') as log:
        check_options(base, {key: 3})
    assert log.call_count == warned
