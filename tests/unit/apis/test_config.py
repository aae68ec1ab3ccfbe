"""Configs by path and by name, and what the options change."""

import pytest
from mmengine.config import Config

from mmmtl.apis.config import (
    enable_amp,
    find_config,
    load_config,
    set_work_dir,
    use_instead,
    use_multi_task_defaults,
    use_tta,
    use_visualization,
)

HOST = 'mmseg::deeplabv3/deeplabv3_r50-d8_4xb2-40k_cityscapes-512x1024.py'


def test_by_path_with_options(tmp_path):
    (tmp_path / 'x.py').write_text('a = dict(b=1, c=2)\n')
    assert load_config(str(tmp_path / 'x.py'), {'a.b': 5}).a == dict(b=5, c=2)


def test_by_name_of_a_package():
    assert load_config(HOST).model.type == 'EncoderDecoder'
    assert find_config(HOST.removesuffix('.py')) == find_config(HOST)


def test_a_missing_path_suggests_what_is_close(tmp_path):
    (tmp_path / 'kendall_cityscapes.py').touch()
    with pytest.raises(FileNotFoundError, match='did you mean kendall_cityscapes.py'):
        find_config(str(tmp_path / 'kendal_cityscapes.py'))


def test_a_missing_name_suggests_what_is_close():
    with pytest.raises(FileNotFoundError, match='did you mean deeplabv3_r50-d8_4xb2-40k'):
        find_config(HOST.replace('4xb2', '4xb3'))
    with pytest.raises(FileNotFoundError, match='did you mean .*deeplabv3'):
        find_config('mmseg::deeplab3/x.py')
    with pytest.raises(FileNotFoundError, match='no package mmnothing with configs'):
        find_config('mmnothing::a/b.py')


@pytest.mark.parametrize(('own', 'option', 'expected'), [
    (None, None, 'work_dirs/x'), ('mine', None, 'mine'), ('mine', 'asked', 'asked')])
def test_work_dir(own, option, expected):
    cfg = Config(dict(work_dir=own))
    set_work_dir(cfg, 'mmmtl::kendall/x.py', option)
    assert cfg.work_dir == expected
    set_work_dir(cfg, 'configs/kendall/x.py', option)
    assert cfg.work_dir == expected


def test_amp():
    cfg = Config(dict(optim_wrapper=dict(type='OptimWrapper')))
    enable_amp(cfg, 'cuda')
    assert cfg.optim_wrapper == dict(type='AmpOptimWrapper', loss_scale='dynamic')
    cfg.optim_wrapper.loss_scale = 512.
    enable_amp(cfg, 'cuda')
    assert cfg.optim_wrapper.loss_scale == 512.
    with pytest.raises(ValueError, match="the config has 'ApexOptimWrapper'"):
        enable_amp(Config(dict(optim_wrapper=dict(type='ApexOptimWrapper'))), 'cuda')


@pytest.mark.parametrize('wrapper, expected', [
    ('OptimWrapper', 'BFloat16OptimWrapper'), ('AmpOptimWrapper', 'BFloat16OptimWrapper'),
    ('mmmtl.BFloat16OptimWrapper', 'BFloat16OptimWrapper'),
    ('mmmtl.MultiTaskOptimWrapper', 'BFloat16MultiTaskOptimWrapper'),
    ('mmmtl.AmpMultiTaskOptimWrapper', 'BFloat16MultiTaskOptimWrapper')])
def test_amp_on_cpus(wrapper, expected):
    cfg = Config(dict(optim_wrapper=dict(type=wrapper, optimizer=dict(type='SGD'))))
    if 'Amp' in wrapper:
        cfg.optim_wrapper.update(loss_scale='dynamic', dtype='bfloat16')
    enable_amp(cfg, 'cpu')
    assert cfg.optim_wrapper == dict(type=f'mmmtl.{expected}', optimizer=dict(type='SGD'))
    cfg.optim_wrapper.dtype = 'float16'
    with pytest.raises(ValueError, match="dtype='float16'; drop it"):
        enable_amp(cfg, 'cpu')


@pytest.mark.parametrize(('given', 'expected'), [
    ({}, dict(type='Ours')), (dict(logger=dict(type='LoggerHook', interval=9)),
                              dict(type='Ours', interval=9)),
    (dict(logger=dict(type='Mine')), dict(type='Mine')), (dict(logger=None), None)])
def test_default_hooks_of_mmengine_are_exchanged_and_others_stay(given, expected):
    cfg = Config(dict(default_hooks=given))
    use_instead(cfg, 'logger', 'LoggerHook', 'Ours')
    assert cfg.default_hooks.logger == expected


def test_multi_task_defaults():
    cfg = Config(dict(model=dict(type='mmmtl.MultiTaskSegmentor'), optim_wrapper=dict()))
    use_multi_task_defaults(cfg)
    assert cfg.optim_wrapper.constructor == 'mmmtl.MultiTaskOptimWrapperConstructor'
    assert cfg.default_hooks.checkpoint.type == 'mmmtl.AtomicCheckpointHook'

    cfg = Config(dict(
        model=dict(type='mmmtl.MultiTaskSegmentor'), optim_wrapper=dict(constructor='Mine'),
        default_hooks=dict(checkpoint=dict(type='MyHook', interval=3))))
    use_multi_task_defaults(cfg)
    assert cfg.optim_wrapper.constructor == 'mmmtl.MultiTaskOptimWrapperConstructor'
    assert cfg.optim_wrapper.paramwise_cfg.constructor == 'Mine'
    assert cfg.default_hooks.checkpoint == dict(type='MyHook', interval=3)

    cfg = Config(dict(model=dict(), optim_wrapper=dict(), default_hooks=dict(checkpoint=None)))
    use_multi_task_defaults(cfg)
    assert 'constructor' not in cfg.optim_wrapper
    assert cfg.default_hooks.checkpoint is None


@pytest.mark.parametrize('given, expected', [
    (None, 'MultiTaskOptimWrapper'), ('OptimWrapper', 'MultiTaskOptimWrapper'),
    ('mmengine.OptimWrapper', 'MultiTaskOptimWrapper'),
    ('AmpOptimWrapper', 'AmpMultiTaskOptimWrapper'),
    ('mmmtl.BFloat16OptimWrapper', 'BFloat16MultiTaskOptimWrapper'),
    ('mmmtl.MultiTaskOptimWrapper', 'MultiTaskOptimWrapper')])
def test_a_balancer_takes_the_wrapper_that_knows_it(given, expected):
    cfg = Config(dict(
        model=dict(type='mmmtl.MultiTaskSegmentor'), optim_wrapper=dict(balancer=dict(type='Sum'))))
    if given:
        cfg.optim_wrapper.type = given
    use_multi_task_defaults(cfg)
    assert cfg.optim_wrapper.type == f'mmmtl.{expected}'


def test_a_balancer_with_amp_and_with_a_wrapper_that_cannot():
    cfg = Config(dict(model=dict(), optim_wrapper=dict(
        type='OptimWrapper', balancer=dict(type='Sum'))))
    enable_amp(cfg, 'cuda')
    assert cfg.optim_wrapper.type == 'mmmtl.AmpMultiTaskOptimWrapper'
    cfg.optim_wrapper.type = 'OptimWrapper'
    enable_amp(cfg, 'cpu')
    assert cfg.optim_wrapper.type == 'mmmtl.BFloat16MultiTaskOptimWrapper'
    cfg.optim_wrapper.type = 'ApexOptimWrapper'
    for prepare in (use_multi_task_defaults, lambda cfg: enable_amp(cfg, 'cuda')):
        with pytest.raises(ValueError, match="balancer, which 'ApexOptimWrapper' does not know.*"
                                             'MultiTaskOptimWrapper.*take optim_wrapper.balancer'):
            prepare(cfg)


def test_visualization_draws_every_frame():
    cfg = Config(dict(visualizer=dict(type='SegLocalVisualizer')))
    use_visualization(cfg, 'pictures', False, 2)
    assert cfg.visualizer.save_dir == 'pictures'
    assert cfg.visualizer.vis_backends == [dict(type='LocalVisBackend')]
    hook = cfg.default_hooks.visualization
    assert hook.type == 'SegVisualizationHook' and hook.draw and hook.interval == 1
    with pytest.raises(ValueError, match='need a `visualizer` in the config'):
        use_visualization(Config(), 'pictures', False, 2)


@pytest.mark.parametrize('model, named, expected', [
    ('mmmtl.MultiTaskSegmentor', 'SegLocalVisualizer', 'mmmtl.MultiTaskLocalVisualizer'),
    ('mmmtl.MultiTaskSegmentor', 'mmseg.SegLocalVisualizer', 'mmmtl.MultiTaskLocalVisualizer'),
    ('mmmtl.MultiTaskSegmentor', 'MySegLocalVisualizer', 'MySegLocalVisualizer'),
    ('EncoderDecoder', 'SegLocalVisualizer', 'SegLocalVisualizer')])
def test_all_tasks_are_drawn(model, named, expected):
    cfg = Config(dict(model=dict(type=model), visualizer=dict(type=named, alpha=0.5)))
    use_visualization(cfg, 'pictures', False, 2)
    assert cfg.visualizer.type == expected and cfg.visualizer.alpha == 0.5


def test_tta_wraps_the_model_or_says_why_not():
    cfg = Config(dict(
        model=dict(type='EncoderDecoder'), tta_model=dict(type='SegTTAModel'), tta_pipeline=[1],
        test_dataloader=dict(dataset=dict(pipeline=[]))))
    use_tta(cfg)
    assert cfg.model == dict(type='SegTTAModel', module=dict(type='EncoderDecoder'))
    assert cfg.test_dataloader.dataset.pipeline == [1]
    with pytest.raises(ValueError, match='no tta_model and no tta_pipeline'):
        use_tta(Config(dict(model=dict())))
    multi_task = Config(dict(
        model=dict(type='mmmtl.MultiTaskSegmentor'), tta_model=dict(type='SegTTAModel'),
        tta_pipeline=[1], test_dataloader=dict(dataset=dict())))
    use_tta(multi_task)  # mmseg's wrapper would drop every task but one
    assert multi_task.model.type == 'mmmtl.MultiTaskTTAModel'
