"""From a name to a method."""

import sys

import pytest

from mmmtl.balancing import known_balancers
from mmmtl.registry import BALANCERS
from mmmtl.torchjd import methods


def test_unknown_method_lists_the_known_ones():
    with pytest.raises(KeyError, match=r"no balancer 'PCGrd'; did you mean 'PCGrad'\?.*UPGrad"):
        BALANCERS.build(dict(type='PCGrd'))


def test_config_without_type():
    with pytest.raises(KeyError, match="such as dict\\(type='PCGrad'\\)"):
        BALANCERS.build(dict(alpha=1))


@pytest.mark.parametrize('name', ['Sum', 'mmmtl.Sum', 'mmmtl.PCGrad', 'PCGradWeighting'])
def test_spellings(name):
    assert BALANCERS.build(dict(type=name)).name in ('Sum', 'PCGrad')


@pytest.mark.parametrize('name', ['MoDo', 'SDMGrad'])
def test_methods_of_two_batches_are_refused_with_the_reason(name):
    with pytest.raises(ValueError, match='two independent batches'):
        BALANCERS.build(dict(type=name))


def test_wrong_and_missing_arguments():
    with pytest.raises(ValueError, match=r"CAGrad does not take 'd'; its options are \['c"):
        BALANCERS.build(dict(type='CAGrad', d=1))
    with pytest.raises(ValueError, match=r"TrimmedMean needs 'trim_number'; its options are"):
        BALANCERS.build(dict(type='TrimmedMean'))


def test_wrong_arguments_of_our_own_methods():
    with pytest.raises(ValueError, match=r"balancer GradNorm does not take 'beta'; its "
                       r"options are \['alpha=1.5'"):
        BALANCERS.build(dict(type='GradNorm', beta=1))
    with pytest.raises(ValueError, match=r"balancer Sum does not take 'weights'"):
        BALANCERS.build(dict(type='mmmtl.Sum', weights=[1, 2]))


def test_without_torchjd(monkeypatch):
    monkeypatch.setattr(methods, 'find_spec', lambda name: None)
    assert known_balancers() == ['GradNorm', 'Mean', 'Sum']
    with pytest.raises(ImportError, match=r"'PCGrad' is not one of .*mmmtl\[balancing\]"):
        BALANCERS.build(dict(type='PCGrad'))
    BALANCERS.build(dict(type='GradNorm'))


@pytest.mark.parametrize(('name', 'solver'), [('CAGrad', 'clarabel'), ('UPGrad', 'quadprog'),
                                              ('NashMTL', 'ecos')])
def test_missing_solver_names_the_extra(monkeypatch, name, solver):
    mixins = sys.modules.get('torchjd._mixins') or pytest.importorskip('torchjd._mixins')
    monkeypatch.setattr(mixins, 'find_spec',
                        lambda module: None if module == solver else object())
    with pytest.raises(ImportError, match=rf"{name}.*{solver}.*mmmtl\[balancing\]"):
        BALANCERS.build(dict(type=name))
