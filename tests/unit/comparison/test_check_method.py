"""Methods that their own run would refuse are refused when the comparison is planned."""

import pytest

from mmmtl.comparison import apply_method, find_method, make_variants
from mmmtl.comparison.check_method import check_method


@pytest.mark.parametrize('name', ['equal', 'uncertainty', 'dwa', 'gradnorm', 'pcgrad', 'upgrad',
                                  'cagrad', 'famo', 'imtl-g', 'imtl-l', 'nash-mtl'])
def test_methods_of_the_issue_can_be_built(cfg, name):
    pytest.importorskip('torchjd')
    check_method(apply_method(cfg, find_method(name, 3)), name)


def test_a_method_without_its_arguments(cfg):
    pytest.importorskip('torchjd')
    with pytest.raises(ValueError, match=r"'krum'.*n_byzantine.*--method-config krum=FILE.py"):
        make_variants(cfg, ['krum'])


@pytest.mark.parametrize('own, name, match', [
    (dict(level='features'), 'config', 'ConFIG needs the whole Jacobian'),
    (dict(level='features'), 'excessmtl', 'ExcessMTL needs the whole Jacobian'),
    (dict(level='features', accumulative_counts=2), 'mgda', 'accumulative_counts=2'),
    (dict(shared=['backbone']), 'gradnorm', 'balancer.layer, not as `shared`'),
    (dict(shared='backbone'), 'gradnorm', 'balancer.layer, not as `shared`')])
def test_what_the_wrapper_of_the_config_does_not_go_with(cfg, own, name, match):
    pytest.importorskip('torchjd')
    cfg.optim_wrapper.update(own, balancer=dict(type='PCGrad'))
    with pytest.raises(ValueError, match=f'method {name!r}: .*{match}'):
        make_variants(cfg, ['equal', name])


@pytest.mark.parametrize('text, match', [
    ("optim_wrapper = dict(balancer=dict(type='TrimmedMean', trim_number=2))",
     'at least 5 tasks'),
    ("model = dict(loss_weighting=dict(type='mmmtl.DynamicWeightAverage'))\n"
     "optim_wrapper = dict(balancer=dict(type='GradNorm'))", 'DynamicWeightAverage would change'),
    ("optim_wrapper = dict(balancer=dict(type='Constant', weights=[1, 2]))",
     'weights has 2 values for 3 tasks'),
    ("optim_wrapper = dict(level='features')", r"optim_wrapper has \['level'\] but no balancer"),
    ("optim_wrapper = dict(type='mmmtl.MultiTaskOptimWrapper')", 'which balances, with no bal')])
def test_what_a_file_puts_together(cfg, tmp_path, text, match):
    pytest.importorskip('torchjd')
    file = tmp_path / 'mine.py'
    file.write_text(text + '\n')
    with pytest.raises(ValueError, match=f"method 'mine': .*{match}"):
        make_variants(cfg, ['mine'], files=dict(mine=file))


def test_the_kinds_are_those_of_the_heads(cfg):
    """A softmax likelihood is for classifications."""
    cfg.model.loss_weighting = dict(type='mmmtl.UncertaintyWeighting',
                                    likelihood=dict(semantic='softmax', instance='gaussian',
                                                    depth='laplace'))
    check_method(cfg, 'unchanged')
