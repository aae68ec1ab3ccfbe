"""TorchJD called directly is the oracle, in double precision."""

import sys

import pytest
import torch

scalarization = pytest.importorskip('torchjd.scalarization')

from mmmtl.registry import WEIGHTINGS  # noqa: E402
from mmmtl.testing.weightings import TASKS, all_weightings  # noqa: E402
from mmmtl.weighting import ScalarizerWeighting, known_scalarizers  # noqa: E402

NAMES = known_scalarizers()
VALUES = torch.rand(12, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 0.2
ARGUMENTS = dict(
    COSMOS=dict(lambda_=0.5, weights=torch.ones(3).double()),
    Constant=dict(weights=torch.tensor([1.0, 0.5, 2.0]).double()),
    PBI=dict(theta=0.1, weights=torch.tensor([1.0, 2.0, 3.0]).double()),
    STCH=dict(mu=0.5), UW=dict(shape=3), IMTLL=dict(shape=3), FAMO=dict(shape=3))


def ours(name, **options):
    return WEIGHTINGS.build(dict(all_weightings()[f'Scalarizer-{name}'], **options)).double()


def losses_of(values):
    return dict(zip(TASKS, values, strict=True))


@pytest.mark.parametrize('name', NAMES)
def test_totals_gradients_and_moves_are_those_of_torchjd(name):
    """Twelve steps: the sum of the terms, both gradients, FAMO's update, DWA's step."""
    weighting = ours(name, seed=3)
    oracle = getattr(scalarization, name)(**ARGUMENTS.get(name, {})).double()
    for step, row in enumerate(VALUES):
        leaf, values = row.clone().requires_grad_(), row.clone().requires_grad_()
        if weighting.draw:
            torch.manual_seed(weighting.draw.seed_of_draw(row.device))
        expected = oracle(values)
        terms = weighting(losses_of(leaf))
        assert sum(terms.values()).item() == pytest.approx(expected.item(), rel=1e-12)
        expected.backward()
        sum(terms.values()).backward()
        assert torch.allclose(leaf.grad, values.grad, rtol=1e-12, atol=0)
        for one, other in zip(weighting.scalarizer.parameters(), oracle.parameters(), strict=True):
            assert (one.grad is None) == (other.grad is None)
            if one.grad is not None:
                assert torch.allclose(one.grad, other.grad, rtol=1e-12)
                one.data -= 0.1 * one.grad
                other.data -= 0.1 * other.grad
                one.grad = other.grad = None
        after = row * torch.tensor([0.9, 0.8, 1.1])
        weighting.after_step(losses_of(after))
        if hasattr(oracle, 'update'):
            oracle.update(after)
        if step % 3 == 2:
            weighting.after_epoch()
            if hasattr(oracle, 'step'):
                oracle.step()


def test_every_scalarizer_is_found():
    assert set(NAMES) == set(scalarization.__all__) - {'Scalarizer'}


def test_terms_of_an_absent_task_are_those_of_a_scalarizer_of_the_others():
    kept = losses_of(VALUES[0])
    kept.pop('depth')
    values = torch.stack(list(kept.values()))
    for name, arguments in dict(
            STCH=dict(mu=0.5), GeometricMean={}, UW=dict(shape=2),
            Constant=dict(weights=torch.tensor([1.0, 2.0]).double())).items():
        terms = ours(name)(kept)
        expected = getattr(scalarization, name)(**arguments)(values)
        assert list(terms) == ['semantic', 'instance']
        assert sum(terms.values()).item() == pytest.approx(expected.item(), rel=1e-12), name


def test_dwa_leaves_unlabelled_steps_out_and_refuses_an_epoch_of_them():
    def epochs(weighting, gaps):
        for epoch, losses in enumerate(([1.0, 2.0], [0.5, 1.5])):
            for step in range(2):
                values = losses_of(torch.tensor([1.0, losses[step], 1.0]) / (epoch + 1))
                if (epoch, step) in gaps:
                    values.pop('depth')
                weighting(values)
            weighting.after_epoch()
        weighting(losses_of(torch.ones(3)))
        return [w.item() for w in weighting.state()['weight'].values()]

    # depth: (1 + 2) / 2 = 1.5, then 0.25 (the second step is left out); others 1, then 0.5
    rates = torch.tensor([0.5, 0.25 / 1.5, 0.5])
    expected = 3 * torch.softmax(rates / 2, 0)
    assert epochs(ours('DWA').float(), {(1, 1)}) == pytest.approx(expected.tolist(), rel=1e-6)
    with pytest.raises(RuntimeError, match=r"\['depth'\].*DynamicWeightAverage"):
        epochs(ours('DWA').float(), {(0, 0), (0, 1)})


def test_dwa_by_an_interval():
    by_epoch, by_interval = ours('DWA'), ours('DWA', interval=2)
    for step, row in enumerate(VALUES):
        terms = by_interval(losses_of(row))
        assert terms == by_epoch(losses_of(row))
        if step % 2:
            by_epoch.after_epoch()
            by_interval.after_epoch()  # of no effect
    assert terms['depth'] != VALUES[-1, 1]


def test_names_of_learned_parameters_are_shown():
    weighting = ours('UW')
    weighting(losses_of(VALUES[0]))
    assert set(weighting.state()) == {'weight', 'log_var'}
    assert set(ours('FAMO').state()) == {'weight'}
    assert not any(p.requires_grad for p in ours('FAMO').parameters()), 'DDP would wait for it'


@pytest.mark.parametrize('options, message', [
    (dict(scalarizer='NoSuch'), "no scalarizer 'NoSuch'.*'FAMO', 'GeometricMean'"),
    (dict(scalarizer=dict(mu=1.0)), 'has no type'),
    (dict(scalarizer='STCH'), r"STCH needs 'mu'; its options are \['mu'"),
    (dict(scalarizer=dict(type='UW', temperature=1)), r"UW does not take 'temperature'; .* \[\]"),
    (dict(scalarizer=dict(type='Mean', eps=1)), r"Mean does not take 'eps'; its options are \[\]"),
    (dict(scalarizer=dict(type='Constant', weights=[1.0])), '1 values, but there are 3 tasks'),
    (dict(scalarizer=dict(type='Constant', weights=dict(a=1.0))), r"by the tasks \['a'\]"),
    (dict(scalarizer=dict(type='FAMO', shape=2)), 'FAMO does not take a loss for each of'),
    (dict(scalarizer=dict(type='STCH', mu='a')),
     "ScalarizerWeighting: STCH cannot be built with {'mu': 'a'}: .*'str'"),
    (dict(scalarizer='UW', interval=3), 'UW has no periods'),
    (dict(scalarizer='DWA', interval=0), 'interval must be a positive number'),
])
def test_refuses_with_name_and_remedy(options, message):
    with pytest.raises((KeyError, ValueError), match=message):
        ScalarizerWeighting(**options, tasks=TASKS)


def test_a_library_error_names_the_losses():
    with pytest.raises(ValueError, match="non-negative.*losses are {'semantic': -1.0"):
        ours('GeometricMean')(losses_of(torch.tensor([-1.0, 1.0, 1.0])))


def test_without_torchjd_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, 'torchjd', None)
    monkeypatch.delitem(sys.modules, 'torchjd.scalarization')
    with pytest.raises(ImportError, match=r'pip install "mmmtl\[balancing\]"'):
        ScalarizerWeighting('UW')
