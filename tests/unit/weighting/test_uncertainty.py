"""Equation 10 against its closed form, and what happens to a task without labels."""

import math

import pytest
import torch

from mmmtl.registry import WEIGHTINGS
from mmmtl.weighting import UncertaintyWeighting

TASKS = dict(semantic='classification', depth='regression')


def constant_losses():
    return dict(semantic=torch.tensor(1.7), depth=torch.tensor(0.3))


@pytest.mark.parametrize('factor, semantic, depth', [
    ('paper', 2 * 1.7, 0.3),
    ('half', 1.7, 0.3),
    ('one', 2 * 1.7, 2 * 0.3),
])
def test_learned_variance_reaches_the_closed_form(factor, semantic, depth):
    """For a constant loss the minimum is at σ² = 2 · factor · L: log L or log 2L in the paper."""
    weighting = UncertaintyWeighting(TASKS, factor=factor)
    optimizer = torch.optim.Adam(weighting.parameters(), lr=0.05)
    for _ in range(800):
        optimizer.zero_grad()
        sum(weighting(constant_losses()).values()).backward()
        optimizer.step()
    assert weighting.log_vars['semantic'].item() == pytest.approx(math.log(semantic), abs=1e-3)
    assert weighting.log_vars['depth'].item() == pytest.approx(math.log(depth), abs=1e-3)


def test_terms_and_weights_by_hand():
    weighting = UncertaintyWeighting(TASKS, init=dict(semantic=0.4, depth=-1.0))
    terms = weighting(constant_losses())
    assert terms['semantic'].item() == pytest.approx(math.exp(-0.4) * 1.7 + 0.2)
    assert terms['depth'].item() == pytest.approx(0.5 * math.exp(1.0) * 0.3 - 0.5)
    state = weighting.state()
    assert state['weight']['depth'].item() == pytest.approx(0.5 * math.e)
    assert state['log_var']['semantic'].item() == pytest.approx(0.4)


def test_total_may_be_negative():
    weighting = UncertaintyWeighting(TASKS, init=-3.0)
    tiny = {task: torch.tensor(1e-4) for task in TASKS}
    assert sum(weighting(tiny).values()).item() < 0


def test_task_without_loss_has_no_regulariser_but_a_gradient():
    weighting = UncertaintyWeighting(TASKS, init=2.0)
    terms = weighting(dict(depth=torch.tensor(1.0)))
    assert terms['semantic'].item() == 0
    sum(terms.values()).backward()
    assert weighting.log_vars['semantic'].grad.item() == 0
    assert weighting.log_vars['depth'].grad.item() != 0


def test_gradients_match_finite_differences():
    weighting = UncertaintyWeighting(TASKS, init=0.3).double()
    losses = {task: loss.double() for task, loss in constant_losses().items()}

    def total(semantic, depth):
        weighting.log_vars['semantic'].data.fill_(semantic)
        weighting.log_vars['depth'].data.fill_(depth)
        return sum(weighting(losses).values())

    total(0.3, -0.2).backward()
    step = 1e-6
    for task, plus, minus in (('semantic', (0.3 + step, -0.2), (0.3 - step, -0.2)),
                              ('depth', (0.3, -0.2 + step), (0.3, -0.2 - step))):
        analytic = weighting.log_vars[task].grad.item()
        assert analytic == pytest.approx(
            (total(*plus).item() - total(*minus).item()) / (2 * step), rel=1e-6)


def test_state_survives_a_checkpoint():
    weighting = UncertaintyWeighting(TASKS, init=dict(semantic=0.4, depth=-1.0))
    other = UncertaintyWeighting(TASKS)
    other.load_state_dict(weighting.state_dict())
    assert other(constant_losses())['depth'] == weighting(constant_losses())['depth']


@pytest.mark.parametrize('options, message', [
    (dict(factor='double'), "factor must be one of .*'paper'.* got 'double'"),
    (dict(init=dict(depht=0.0, semantic=0.0)), r"init of unknown task\(s\) \['depht'\]"),
    (dict(init=dict(depth=0.0)), r"no init of task\(s\) \['semantic'\]"),
    (dict(tasks=dict(depth='ranking')), "'depth' must be one of .* got 'ranking'"),
    (dict(tasks={}), 'tasks is empty'),
])
def test_refuses_with_name_and_remedy(options, message):
    with pytest.raises((ValueError, KeyError), match=message):
        WEIGHTINGS.build(dict(type='UncertaintyWeighting', **dict(tasks=TASKS) | options))


@pytest.mark.parametrize('likelihood, expected', [
    ('gaussian', math.log(0.3)), ('softmax', math.log(2 * 0.3)), ('laplace', 2 * math.log(0.3))])
def test_closed_form_of_each_likelihood(likelihood, expected):
    weighting = UncertaintyWeighting(TASKS, likelihood=dict(depth=likelihood))
    optimizer = torch.optim.Adam(weighting.parameters(), lr=0.05)
    for _ in range(800):
        optimizer.zero_grad()
        sum(weighting(constant_losses()).values()).backward()
        optimizer.step()
    assert weighting.log_vars['depth'].item() == pytest.approx(expected, abs=1e-3)
    assert weighting.log_vars['semantic'].item() == pytest.approx(math.log(2 * 1.7), abs=1e-3)


def test_laplace_is_the_negative_log_likelihood():
    """L/b + log b, which is -log of exp(-L/b) / 2b but for log 2; b at its optimum is L."""
    weighting = UncertaintyWeighting(TASKS, likelihood=dict(depth='laplace'), init=1.6)
    scale, loss = math.exp(0.8), torch.tensor(0.3)
    term = weighting(dict(depth=loss))['depth'].item()
    assert term == pytest.approx(0.3 / scale + math.log(scale))
    density = torch.distributions.Laplace(0.0, scale).log_prob(loss).item()
    assert term == pytest.approx(-density - math.log(2))
    assert weighting.state()['weight']['depth'].item() == pytest.approx(1 / scale)


def test_fixed_has_weight_one_and_no_parameter():
    weighting = UncertaintyWeighting(TASKS, likelihood=dict(semantic='fixed'), init=dict(depth=.5))
    terms = weighting(constant_losses())
    assert list(terms) == list(TASKS) and terms['semantic'].item() == pytest.approx(1.7)
    assert list(weighting.log_vars) == ['depth']
    assert weighting.state()['weight']['semantic'] == 1
    assert list(weighting.state()['log_var']) == ['depth']
    assert list(weighting(dict(depth=torch.tensor(1.0)))) == ['depth']


def test_kinds_and_likelihoods_must_be_known():
    with pytest.raises(ValueError, match=r"kind of task 'depth' is not known.*likelihood=dict"):
        UncertaintyWeighting(['depth'])
    with pytest.raises(ValueError, match="likelihood of task 'depth' must be .* got 'poisson'"):
        UncertaintyWeighting(TASKS, likelihood=dict(depth='poisson'))
    with pytest.raises(KeyError, match=r"likelihood of unknown task\(s\) \['depht'\]"):
        UncertaintyWeighting(TASKS, likelihood=dict(depht='laplace'))
    assert UncertaintyWeighting(['a'], likelihood='laplace').likelihood == dict(a='laplace')


@pytest.mark.parametrize('likelihood', ['gaussian', 'softmax', 'laplace'])
def test_a_loss_of_zero_for_ever_is_finite_and_the_task_comes_back(likelihood):
    weighting = UncertaintyWeighting(TASKS, likelihood=dict(depth=likelihood))
    optimizer = torch.optim.AdamW(weighting.parameters(), lr=1.0, weight_decay=0.0)
    for step in range(400):
        depth = torch.tensor(0.0 if step < 300 else 1.0, requires_grad=True)
        terms = weighting(dict(semantic=torch.tensor(1.7), depth=depth))
        optimizer.zero_grad()
        sum(terms.values()).backward()
        assert torch.isfinite(sum(terms.values())) and 0 < depth.grad <= math.exp(20) * 1.001
        assert weighting.log_vars['depth'].grad.isfinite()
        assert weighting.state()['weight']['depth'] == pytest.approx(depth.grad.item(), rel=1e-5)
        optimizer.step()
        if step == 299:  # momentum carries it a little beyond the limit, where it stays
            assert -60 < weighting.log_vars['depth'].item() <= -20
            assert terms['depth'].item() == pytest.approx(-20 if likelihood == 'laplace' else -10)
    assert weighting.log_vars['depth'].item() > -12


def test_the_usual_range_is_equation_10_bit_for_bit():
    for value in torch.linspace(-19.9, 30, 200).tolist():
        weighting = UncertaintyWeighting(TASKS, init=value)
        s = torch.tensor(value, requires_grad=True)
        expected = 0.5 * torch.exp(-1.0 * s) * torch.tensor(0.3) + 0.5 * s
        term = weighting(constant_losses())['depth']
        expected.backward()
        term.backward()
        assert torch.equal(term, expected)
        assert torch.equal(weighting.log_vars['depth'].grad, s.grad)
