"""Runs and their files."""

import pytest
from mmengine.config import Config

from mmmtl.comparison import Variant, make_variants, read_runs, write_plan
from mmmtl.comparison.plan import RESULTS


def test_variants(cfg):
    found = make_variants(cfg, ['equal', 'dwa', 'equal'], grid=dict(semantic=[0.8]))
    assert [variant.name for variant in found] == [
        'single-semantic', 'single-instance', 'single-depth', 'equal', 'dwa',
        'fixed_semantic=0.8_instance=0.1_depth=0.1']
    for config in found.values():
        assert config.custom_hooks[-1].type == 'mmmtl.RunRecordHook'
        assert 'save_best' not in config.default_hooks.checkpoint
        assert config.default_hooks.checkpoint.interval == 4
    assert [v.kind for v in make_variants(cfg, ['equal'], singles=False)] == ['method']


def test_what_cannot_be_compared(cfg):
    with pytest.raises(KeyError, match='no method'):
        make_variants(cfg, ['magic'])
    cfg.val_evaluator = None
    with pytest.raises(ValueError, match='no val_evaluator'):
        make_variants(cfg, ['equal'])
    cfg.model.task_heads = {}
    with pytest.raises(ValueError, match="one task only, 'semantic'"):
        make_variants(cfg, ['equal'])


def test_files_and_back(cfg, tmp_path):
    runs = write_plan(make_variants(cfg, ['equal'], grid=dict(depth=[0.5])), [0, 3], tmp_path)
    assert [run.title for run in runs][:2] == ['single-semantic, seed 0', 'single-instance, seed 0']
    assert len(runs) == 2 * 5 and not any(run.finished for run in runs)
    written = Config.fromfile(str(tmp_path / 'equal' / 'config.py'))
    assert written.model.loss_weighting.type == 'mmmtl.FixedWeighting'
    assert list(written.model.task_heads) == ['instance', 'depth'], 'not sorted'
    for run in runs:
        run.folder.mkdir()
    assert {(run.variant, run.seed) for run in read_runs(tmp_path)} == {
        (run.variant, run.seed) for run in runs}
    assert read_runs(tmp_path)[-1].variant.weights == dict(semantic=0.25, instance=0.25, depth=0.5)
    with pytest.raises(FileNotFoundError, match='has no runs'):
        read_runs(tmp_path / 'equal' / 'seed_0')


def test_another_config_is_not_mixed_in(cfg, tmp_path):
    run, = write_plan(make_variants(cfg, ['equal'], singles=False), [0], tmp_path)
    cfg.optim_wrapper.optimizer.lr = 0.5
    variants = make_variants(cfg, ['equal'], singles=False)
    write_plan(variants, [0], tmp_path)  # nothing has begun: written anew
    assert "'lr': 0.5" in run.config.read_text()
    run.folder.mkdir()
    (run.folder / RESULTS).write_text('{}')
    assert write_plan(variants, [0], tmp_path)[0].finished
    cfg.optim_wrapper.optimizer.lr = 0.1
    with pytest.raises(ValueError, match=r'optim_wrapper.optimizer.lr: 0.5 there, 0.1 now'):
        write_plan(make_variants(cfg, ['equal'], singles=False), [0], tmp_path)


def test_variants_are_keys():
    assert len({Variant('a', weights=dict(x=1.0)), Variant('a', weights=dict(x=1.0))}) == 1


def test_names_do_not_depend_on_the_spelling(cfg):
    pytest.importorskip('torchjd')
    found = make_variants(cfg, ['Equal', 'equal', 'PC-Grad', 'balancer:Random'], singles=False)
    assert [variant.name for variant in found] == ['equal', 'pcgrad', 'balancer-random']


def test_level_and_shared_are_noted(cfg, tmp_path):
    cfg.optim_wrapper.update(balancer=dict(type='Sum'), level='features')
    equal, gradnorm = make_variants(cfg, ['equal', 'gradnorm'], singles=False)
    assert equal.options == {} and gradnorm.options == dict(level='features')
    cfg.optim_wrapper.update(level='parameters', shared=['backbone'])
    cfg.model.loss_weighting = None
    variants = make_variants(cfg, ['unchanged'], singles=False)
    run, = write_plan(variants, [0], tmp_path)
    run.folder.mkdir()
    assert read_runs(tmp_path)[0].variant.options == dict(shared=['backbone'])


def test_variants_of_older_versions_are_read(tmp_path):
    folder = tmp_path / 'equal'
    (folder / 'seed_0').mkdir(parents=True)
    (folder / 'variant.json').write_text(
        '{"name": "equal", "kind": "method", "task": null, "weights": {}}')
    assert read_runs(tmp_path)[0].variant == Variant('equal')


@pytest.mark.parametrize('name', ['single-depth', 'Equal', 'a/b'])
def test_two_rows_of_one_folder(cfg, tmp_path, name):
    file = tmp_path / 'x.py'
    file.write_text('a = 1\n')
    with pytest.raises(ValueError, match='would have the folder'):
        make_variants(cfg, ['equal', name], files={name: file})


def test_kendall_weights(cfg):
    found = list(make_variants(cfg, [], singles=False, grid='kendall'))
    assert [variant.name for variant in found] == [
        'fixed_semantic=0.333_instance=0.333_depth=0.333',
        'fixed_semantic=0.89_instance=0.01_depth=0.1']
    cfg.model.task_heads.pop('instance')
    assert len(make_variants(cfg, [], singles=False, grid='kendall')) == 9
