"""Wrappers with and without a balancer, resolved as tools/train.py resolves them."""

import pytest

from mmmtl.apis.config import use_balancing_wrapper
from mmmtl.balancing.optim_wrapper import BalancingMixin
from mmmtl.comparison import apply_method, find_method, make_variants
from mmmtl.comparison.balancer_of import OPTIONS, set_balancer
from mmmtl.comparison.methods import Method
from mmmtl.registry import OPTIM_WRAPPERS

OWN = dict(balancer=dict(type='Sum'), level='features', shared=None, non_finite='skip',
           log_interval=3)
TYPES = [  # of a config, its form without a balancer, its form with one
    (None, 'OptimWrapper', 'mmmtl.MultiTaskOptimWrapper'),
    ('OptimWrapper', 'OptimWrapper', 'mmmtl.MultiTaskOptimWrapper'),
    ('mmmtl.MultiTaskOptimWrapper', 'OptimWrapper', 'mmmtl.MultiTaskOptimWrapper'),
    ('AmpOptimWrapper', 'AmpOptimWrapper', 'mmmtl.AmpMultiTaskOptimWrapper'),
    ('mmmtl.BFloat16OptimWrapper', 'mmmtl.BFloat16OptimWrapper',
     'mmmtl.BFloat16MultiTaskOptimWrapper'),
    ('mmmtl.BFloat16MultiTaskOptimWrapper', 'mmmtl.BFloat16OptimWrapper',
     'mmmtl.BFloat16MultiTaskOptimWrapper')]


def named(cfg, type_):
    cfg.optim_wrapper.pop('type')
    if type_ is not None:
        cfg.optim_wrapper.type = type_
    return cfg.optim_wrapper


def test_options_are_the_wrapper_s():
    assert set(OPTIONS) == set(OWN)


@pytest.mark.parametrize('type_, plain, ours', TYPES)
def test_rows_without_gradient_methods_have_no_balancer(cfg, type_, plain, ours):
    """Also where CONFIG has the one line of the documentation and names no wrapper."""
    named(cfg, type_).update(OWN)
    variants = make_variants(cfg, ['equal', 'uncertainty', 'unchanged', 'gradnorm'],
                             grid=dict(depth=[0.5]))
    for variant, config in variants.items():
        use_balancing_wrapper(config)  # as tools/train.py does
        wrapper = config.optim_wrapper
        if variant.name in ('unchanged', 'gradnorm'):
            assert wrapper.type == ours and wrapper.level == 'features'
            assert wrapper.balancer.type == ('Sum' if variant.name == 'unchanged' else 'GradNorm')
            assert wrapper.log_interval == 3
        else:
            assert wrapper.get('type', 'OptimWrapper') == plain, variant.name
            assert not set(OWN) & set(wrapper), variant.name


@pytest.mark.parametrize('type_, plain, ours', TYPES)
def test_gradient_methods_take_the_wrapper_of_the_kind(cfg, type_, plain, ours):
    named(cfg, type_)
    changed = apply_method(cfg, find_method('gradnorm', 3))
    assert changed.optim_wrapper.type == ours
    assert changed.optim_wrapper.balancer == dict(type='GradNorm')


def test_wrappers_of_others_are_refused(cfg):
    cfg.optim_wrapper.type = 'ApexOptimWrapper'
    set_balancer(cfg, None)
    with pytest.raises(ValueError, match="'ApexOptimWrapper'.*in place of OptimWrapper or Amp"):
        apply_method(cfg, Method('x', balancer=dict(type='PCGrad')))


def test_a_wrapper_of_one_s_own_keeps_its_type_or_is_refused(cfg):
    class OwnWrapper(BalancingMixin, OPTIM_WRAPPERS.get('OptimWrapper')):
        pass

    OPTIM_WRAPPERS.register_module(module=OwnWrapper, force=True)
    cfg.optim_wrapper.type = 'mmmtl.OwnWrapper'
    set_balancer(cfg, dict(type='GradNorm'))
    assert cfg.optim_wrapper.type == 'mmmtl.OwnWrapper'
    with pytest.raises(ValueError, match="'OwnWrapper', of which no form without balancing"):
        set_balancer(cfg, None)
    OPTIM_WRAPPERS.module_dict.pop('OwnWrapper')
