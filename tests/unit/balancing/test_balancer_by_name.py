"""From a name to a method."""

import sys

import pytest

from mmmtl.balancing import BaseBalancer, TorchJDBalancer, known_balancers
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


class Rated(BaseBalancer):
    from_gramian = True

    def __init__(self, rate, extra=1):
        super().__init__()
        self.rate = rate

    def weights(self, rows):
        raise NotImplementedError


class TakesOut(Rated):
    def __init__(self, rate=0.1, **kwargs):
        self.mine = kwargs.pop('mine', 3)
        super().__init__(rate, **kwargs)


class PutsIn(Rated):
    def __init__(self, **kwargs):
        kwargs.setdefault('rate', 0.3)
        super().__init__(**kwargs)


class OneMethod(TorchJDBalancer):
    def __init__(self, **kwargs):
        super().__init__(method='CAGrad', **kwargs)


@pytest.fixture
def plugins(monkeypatch):
    for cls in (Rated, TakesOut, PutsIn, OneMethod):
        monkeypatch.setitem(BALANCERS.module_dict, cls.__name__, cls)


@pytest.mark.parametrize('cfg', [
    dict(type='OneMethod', c=0.4), dict(type='PutsIn', extra=2), dict(type='TakesOut', mine=2)])
@pytest.mark.usefixtures('plugins')
def test_classes_of_ones_own_may_change_their_options(cfg):
    assert type(BALANCERS.build(cfg)).__name__ == cfg['type']


@pytest.mark.parametrize(('cfg', 'message'), [
    (dict(type='Rated', rte=1), "Rated does not take 'rte' and needs 'rate'; did you mean 'rate'"),
    (dict(type=Rated), "Rated needs 'rate'"),
    (dict(type='TakesOut', mine=1, extr=2), "TakesOut does not take 'extr'; did you mean 'extra'"),
    (dict(type='OneMethod', d=1), "CAGrad does not take 'd'")])
@pytest.mark.usefixtures('plugins')
def test_what_they_do_not_take_is_said_after_the_call(cfg, message):
    with pytest.raises(ValueError, match=f'^balancer {message}'):
        BALANCERS.build(cfg)


def test_another_error_stays():
    with pytest.raises(TypeError, match='unsupported operand'):
        BALANCERS.build(dict(type=lambda: 1 + 'a'))
