"""From names to configs, and back."""

import pytest

from mmmtl.comparison import apply_method, find_method, known_methods
from mmmtl.comparison.methods import ARGUMENTS
from mmmtl.registry import BALANCERS


def apply(cfg, name, **kwargs):
    return apply_method(cfg, find_method(name, 3, **kwargs))


def test_equal_takes_weighting_and_balancer_away(cfg):
    cfg.optim_wrapper = dict(cfg.optim_wrapper, type='mmmtl.AmpMultiTaskOptimWrapper',
                             balancer=dict(type='PCGrad'), level='features', dtype='bfloat16')
    changed = apply(cfg, 'equal')
    assert changed.model.loss_weighting == dict(type='mmmtl.FixedWeighting')
    assert changed.optim_wrapper == dict(
        type='AmpOptimWrapper', optimizer=dict(type='SGD', lr=0.01), dtype='bfloat16',
        clip_grad=dict(max_norm=10.))
    assert cfg.optim_wrapper.balancer.type == 'PCGrad', 'a copy is changed'


def test_a_method_that_the_config_has_keeps_its_options(cfg):
    assert apply(cfg, 'Uncertainty').model.loss_weighting.init == 0.5
    assert 'init' not in apply(cfg, 'dwa').model.loss_weighting


@pytest.mark.parametrize('own, name, expected', [
    (dict(type='CAGrad', c=0.2), 'cagrad', dict(type='CAGrad', c=0.2)),
    (dict(type='TorchJDBalancer', method='CAGrad', c=0.2), 'cagrad', dict(type='CAGrad', c=0.2)),
    (dict(type='CAGrad', norm_eps=1e-9), 'cagrad', dict(type='CAGrad', c=0.5, norm_eps=1e-9)),
    (dict(type='FairGrad', alpha=3.0), 'FairGrad', dict(type='FairGrad', alpha=3.0)),
    (dict(type='FairGrad', alpha=3.0), 'cagrad', dict(type='CAGrad', c=0.5))])
def test_options_of_a_balancer_go_before_those_of_the_table(cfg, own, name, expected):
    pytest.importorskip('torchjd')
    cfg.optim_wrapper.balancer = own
    assert apply(cfg, name).optim_wrapper.balancer == expected


@pytest.mark.parametrize('own, name, expected', [
    (dict(scalarizer=dict(type='STCH', mu=0.5)), 'stch',
     dict(scalarizer=dict(type='STCH', mu=0.5))),
    (dict(scalarizer='Random', seed=5), 'scalarizer:random',
     dict(scalarizer=dict(type='Random'), seed=5)),
    (dict(scalarizer='Random', seed=5), 'stch', dict(scalarizer=dict(type='STCH', mu=1.0)))])
def test_options_of_a_scalarizer_go_before_those_of_the_table(cfg, own, name, expected):
    pytest.importorskip('torchjd')
    cfg.model.loss_weighting = dict(type='ScalarizerWeighting', **own)
    assert apply(cfg, name).model.loss_weighting == dict(
        expected, type='mmmtl.ScalarizerWeighting')


def test_a_file_goes_before_the_config(cfg, tmp_path):
    pytest.importorskip('torchjd')
    file = tmp_path / 'softer.py'
    file.write_text("optim_wrapper = dict(balancer=dict(type='CAGrad', c=0.3))\n")
    cfg.optim_wrapper.update(balancer=dict(type='CAGrad', c=0.2, norm_eps=1e-9), level='features')
    wrapper = apply(cfg, 'softer', files=dict(softer=file)).optim_wrapper
    assert wrapper.balancer == dict(type='CAGrad', c=0.3, norm_eps=1e-9)
    assert wrapper.level == 'features', 'as every gradient method has it'


def test_defaults_are_those_of_the_balancers():
    """So that a balancer in a config and its name on the command line are one method."""
    pytest.importorskip('torchjd')
    for name in ('CAGrad', 'FairGrad'):
        alone, given = (BALANCERS.build(dict(type=name, **arguments))
                        for arguments in ({}, ARGUMENTS[name]))
        assert alone._arguments == given._arguments


def test_one_name_however_it_is_spelled():
    pytest.importorskip('torchjd')
    for word, name in (('Equal', 'equal'), ('Unchanged', 'unchanged'), ('PC-Grad', 'pcgrad'),
                       ('balancer:PCGrad', 'pcgrad'), ('Scalarizer:Random', 'scalarizer:random'),
                       ('scalarizer:DWA', 'scalarizer:dwa'), ('DWA', 'dwa')):
        assert find_method(word, 2).name == name


def test_fixed_weights_of_the_config_are_not_equal_ones(cfg):
    cfg.model.loss_weighting = dict(type='mmmtl.FixedWeighting', weights=3.0)
    assert 'weights' not in apply(cfg, 'equal').model.loss_weighting
    assert apply(cfg, 'unchanged').model.loss_weighting.weights == 3.0


def test_gradient_methods_by_any_spelling(cfg):
    pytest.importorskip('torchjd')
    for name, kind in (('pcgrad', 'PCGrad'), ('PC-Grad', 'PCGrad'), ('gradnorm', 'GradNorm')):
        changed = apply(cfg, name)
        assert changed.optim_wrapper.type == 'mmmtl.MultiTaskOptimWrapper'
        assert changed.optim_wrapper.balancer.type == kind
        assert changed.optim_wrapper.clip_grad.max_norm == 10.
        assert changed.model.loss_weighting.type == 'mmmtl.FixedWeighting'


def test_arguments_that_a_method_demands(cfg):
    pytest.importorskip('torchjd')
    assert apply(cfg, 'nashmtl').optim_wrapper.balancer.n_tasks == 3
    assert apply(cfg, 'cagrad').optim_wrapper.balancer.c == 0.5
    assert apply(cfg, 'stch').model.loss_weighting.scalarizer == dict(type='STCH', mu=1.0)


def test_unknown_and_ambiguous_names():
    with pytest.raises(KeyError, match="no method 'uncertanty'; did you mean 'uncertainty'.*dwa"):
        find_method('uncertanty', 2)
    pytest.importorskip('torchjd')
    with pytest.raises(ValueError, match='balancer:random or scalarizer:random'):
        find_method('random', 2)
    assert find_method('balancer:random', 2).balancer == dict(type='Random')
    assert find_method('scalarizer:random', 2).balancer is None


def test_a_file_with_settings(cfg, tmp_path):
    file = tmp_path / 'mine.py'
    file.write_text("optim_wrapper = dict(balancer=dict(type='GradNorm', alpha=0.5))\n"
                    'train_dataloader = dict(batch_size=1)\n')
    changed = apply(cfg, 'mine', files={'mine': file})
    assert changed.optim_wrapper.type == 'mmmtl.MultiTaskOptimWrapper'
    assert changed.optim_wrapper.balancer == dict(type='GradNorm', alpha=0.5)
    assert changed.train_dataloader.batch_size == 1
    assert changed.model.loss_weighting == dict(type='mmmtl.FixedWeighting')


def test_known_methods_have_no_duplicates():
    known = known_methods()
    assert len(set(known)) == len(known) and {'equal', 'uncertainty', 'dwa'} <= set(known)
