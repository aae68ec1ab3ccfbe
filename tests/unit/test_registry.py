"""Every registry of mmengine has a child of ours, so that no build in our scope warns."""

import mmengine.registry.root as root
import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope, Registry, init_default_scope
from mmengine.runner import Runner

import mmmtl.registry
from mmmtl.testing.toy_config import write_toy_config

ROOTS = {name: value for name, value in vars(root).items() if isinstance(value, Registry)}


@pytest.mark.parametrize('name', ROOTS)
def test_has_child(name):
    ours = getattr(mmmtl.registry, name)
    assert ours.scope == 'mmmtl'
    assert ours.root is ROOTS[name]
    with DefaultScope.overwrite_default_scope('mmmtl'), \
            ROOTS[name].switch_scope_and_registry(None) as found:
        assert found is ours
    for key in list(ROOTS[name].module_dict):
        assert ours.get(key) is not None


@pytest.mark.parametrize('default_scope', ['mmseg', 'mmmtl'])
def test_runner_in_our_scope_warns_of_no_registry(tmp_path, repo_root, default_scope):
    toy = write_toy_config(tmp_path, repo_root / 'configs')
    # What `mmmtl::NAME` as a base does to a config: our scope in every part of it.
    cfg = Config.fromfile(toy)
    cfg.default_scope = default_scope
    cfg.work_dir = str(tmp_path / 'run')
    for part in (cfg.visualizer, *cfg.visualizer.vis_backends, cfg.train_cfg,
                 cfg.optim_wrapper, cfg.optim_wrapper.optimizer, *cfg.default_hooks.values()):
        part._scope_ = 'mmmtl'
    cfg.param_scheduler = [dict(type='LinearLR', start_factor=0.1, by_epoch=False, end=2,
                                _scope_='mmmtl')]
    init_default_scope(default_scope)
    runner = Runner.from_cfg(cfg)
    runner.build_train_loop(cfg.train_cfg)
    runner.optim_wrapper = runner.build_optim_wrapper(cfg.optim_wrapper)
    runner.build_param_scheduler(cfg.param_scheduler)

    log = next((tmp_path / 'run').rglob('*.log')).read_text()
    assert 'Hooks will be executed' in log
    assert 'Failed to search registry' not in log
