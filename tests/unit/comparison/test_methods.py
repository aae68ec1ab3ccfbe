"""From names to configs, and back."""

import pytest

from mmmtl.comparison import apply_method, find_method, known_methods
from mmmtl.comparison.balancer_of import set_balancer
from mmmtl.comparison.check_method import check_method
from mmmtl.comparison.methods import Method


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


@pytest.mark.parametrize('name', ['equal', 'uncertainty', 'dwa', 'gradnorm', 'pcgrad', 'upgrad',
                                  'cagrad', 'famo', 'imtl-g', 'imtl-l', 'nash-mtl'])
def test_methods_of_the_issue_can_be_built(cfg, name):
    pytest.importorskip('torchjd')
    check_method(apply(cfg, name), name)


def test_a_method_without_its_arguments_is_refused_before_training(cfg):
    pytest.importorskip('torchjd')
    with pytest.raises(ValueError, match=r"'krum'.*n_byzantine.*--method-config krum=FILE.py"):
        check_method(apply(cfg, 'krum'), 'krum')


def test_a_file_with_settings(cfg, tmp_path):
    file = tmp_path / 'mine.py'
    file.write_text("optim_wrapper = dict(balancer=dict(type='GradNorm', alpha=0.5))\n"
                    'train_dataloader = dict(batch_size=1)\n')
    changed = apply(cfg, 'mine', files={'mine': file})
    assert changed.optim_wrapper.type == 'mmmtl.MultiTaskOptimWrapper'
    assert changed.optim_wrapper.balancer == dict(type='GradNorm', alpha=0.5)
    assert changed.train_dataloader.batch_size == 1
    assert changed.model.loss_weighting == dict(type='mmmtl.FixedWeighting')


def test_wrappers_of_others_are_refused(cfg):
    cfg.optim_wrapper.type = 'ApexOptimWrapper'
    set_balancer(cfg, None)
    with pytest.raises(ValueError, match="'ApexOptimWrapper'.*in place of OptimWrapper or Amp"):
        apply_method(cfg, Method('x', balancer=dict(type='PCGrad')))


def test_known_methods_have_no_duplicates():
    known = known_methods()
    assert len(set(known)) == len(known) and {'equal', 'uncertainty', 'dwa'} <= set(known)
