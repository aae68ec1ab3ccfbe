"""What every registered weighting must do; a new one is tested here by being registered."""

import pytest
import torch

from mmmtl.registry import WEIGHTINGS

TASKS = dict(semantic='classification', depth='regression', instance='regression')
WEIGHTINGS.import_from_location()
ALL = sorted(WEIGHTINGS.module_dict)


@pytest.fixture(params=ALL)
def weighting(request):
    return WEIGHTINGS.build(dict(type=request.param, tasks=TASKS))


def losses_of(parameter):
    return {task: parameter.square() * (i + 1) for i, task in enumerate(TASKS)}


def test_there_are_weightings():
    assert {'FixedWeighting', 'UncertaintyWeighting'} <= set(ALL)


def test_terms_are_finite_scalars_in_task_order(weighting):
    terms = weighting(losses_of(torch.tensor(2.0)))
    assert list(terms) == list(TASKS)
    assert all(term.shape == () and torch.isfinite(term) for term in terms.values())


def test_gradients_reach_losses_and_parameters(weighting):
    parameter = torch.tensor(2.0, requires_grad=True)
    sum(weighting(losses_of(parameter)).values()).backward()
    assert parameter.grad.item() > 0
    assert all(p.grad is not None for p in weighting.parameters())


@pytest.mark.parametrize('absent', [*TASKS, None])
def test_any_task_may_be_absent(weighting, absent):
    parameter = torch.tensor(2.0, requires_grad=True)
    losses = losses_of(parameter)
    losses.pop(absent, None)
    total = sum(weighting(losses).values())
    total.backward()
    assert torch.isfinite(total)
    assert all(p.grad is not None for p in weighting.parameters())


def test_order_of_the_losses_does_not_matter(weighting):
    losses = losses_of(torch.tensor(2.0))
    backwards = dict(reversed(losses.items()))
    assert weighting(losses) == weighting(backwards)


def test_state_is_detached_and_names_every_task(weighting):
    weighting(losses_of(torch.tensor(2.0)))
    state = weighting.state()
    assert set(state['weight']) == set(TASKS)
    assert not any(v.requires_grad for values in state.values() for v in values.values())
    assert not any('loss' in kind for kind in state), 'mmengine would add it to the loss'


def test_a_resumed_weighting_goes_on_alike(weighting):
    twin = WEIGHTINGS.build(dict(type=type(weighting).__name__, tasks=TASKS))
    for p in weighting.parameters():
        p.data.add_(0.7)
    twin.load_state_dict(weighting.state_dict())
    losses = losses_of(torch.tensor(2.0))
    assert twin(losses) == weighting(losses)


def test_unknown_task_is_refused(weighting):
    with pytest.raises(KeyError, match='no_such_task'):
        weighting(dict(no_such_task=torch.tensor(1.0)))
