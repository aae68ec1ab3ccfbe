"""What every loss weighting must do; a new one is tested here by being registered."""

import io

import pytest
import torch

from mmmtl.registry import WEIGHTINGS
from mmmtl.testing.ranks import run_ranks
from mmmtl.testing.weightings import TASKS, all_weightings

CASES = all_weightings()
ABSENT = (None, 'depth', None, 'semantic')  # what lacks labels at each step


def build(name):
    return WEIGHTINGS.build(dict(CASES[name]))


@pytest.fixture(params=sorted(CASES))
def name(request):
    return request.param


@pytest.fixture
def weighting(name):
    return build(name)


def losses_of(parameter, step=0):
    return {task: parameter.square() * (i + 1) / (1 + 0.3 * step * i) + 0.1
            for i, task in enumerate(TASKS)}


def train(weighting, steps, network, optimizer, begin=0, dtype=torch.float32):
    """Steps as in a run with epochs of four, with a batch that lacks labels here and there."""
    seen = []
    for step in range(begin, steps):
        losses = {task: loss.to(dtype) for task, loss in losses_of(network, step).items()}
        losses.pop(ABSENT[step % 4], None)
        terms = weighting(losses)
        optimizer.zero_grad()
        sum(terms.values()).backward()
        optimizer.step()
        weighting.after_step({t: v for t, v in losses_of(network, step).items() if t in losses})
        if step % 4 == 3:
            weighting.after_epoch()
        seen += [terms, weighting.state()['weight']]
    return torch.stack([v.detach().float() for values in seen for v in values.values()])


def run_of(weighting):
    network = torch.nn.Parameter(torch.tensor(2.0))
    learned = [p for p in weighting.parameters() if p.requires_grad]
    return network, torch.optim.SGD([network, *learned], lr=0.01, momentum=0.9)


def test_there_are_weightings():
    pytest.importorskip('torchjd')
    assert len(CASES) >= 15
    assert {'FixedWeighting', 'DynamicWeightAverage', 'Scalarizer-FAMO'} <= set(CASES)


def test_terms_are_finite_scalars_in_task_order(weighting):
    terms = weighting(losses_of(torch.tensor(2.0)))
    assert list(terms) == list(TASKS)
    assert all(term.shape == () and torch.isfinite(term) for term in terms.values())


def test_gradients_reach_losses_and_parameters(weighting):
    parameter = torch.tensor(2.0, requires_grad=True)
    sum(weighting(losses_of(parameter)).values()).backward()
    assert parameter.grad.isfinite() and parameter.grad.item() > 0
    assert all(p.grad is not None for p in weighting.parameters() if p.requires_grad)


@pytest.mark.parametrize('dead', [['depth'], list(TASKS)], ids=['one', 'all'])
def test_losses_of_exactly_zero_are_finite_for_ever(weighting, dead):
    """Learned exponents move by 1 a step here: 200 steps are 20,000 at AdamW's 1e-2."""
    network = torch.tensor(2.0, requires_grad=True)
    learned = [p for p in weighting.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([network.new_zeros(()).requires_grad_(), *learned], lr=1.0,
                                  weight_decay=0.0)
    for step in range(200):
        losses = losses_of(network)
        zero = {task: 0.0 * losses[task] for task in dead}
        if step % 3 == 2:  # here and there a task has no labels
            losses.pop('semantic')
            zero.pop('semantic', None)
        terms = weighting(losses | zero)
        optimizer.zero_grad()
        network.grad = None
        sum(terms.values()).backward()
        optimizer.step()
        weighting.after_step(losses | zero)
        weighting.after_epoch() if step % 4 == 3 else None
        seen = [*terms.values(), *weighting.state()['weight'].values(), network.grad]
        assert torch.stack([value.detach() for value in seen]).isfinite().all(), step
        assert weighting.state()['weight']['depth'].abs() <= 5.1e8
    assert all(value.isfinite().all() for value in weighting.state_dict().values()
               if isinstance(value, torch.Tensor))


@pytest.mark.parametrize('present', [[], ['depth'], ['instance', 'semantic']])
def test_tasks_may_be_absent(weighting, present):
    parameter = torch.tensor(2.0, requires_grad=True)
    losses = {task: loss for task, loss in losses_of(parameter).items() if task in present}
    total = sum(weighting(losses).values()) + 0 * parameter
    total.backward()
    assert torch.isfinite(total) and parameter.grad.isfinite()
    assert all(p.grad is not None for p in weighting.parameters() if p.requires_grad)


def test_order_of_the_losses_does_not_matter(name):
    losses = losses_of(torch.tensor(2.0))
    one, other = build(name), build(name)
    assert one(losses) == other(dict(reversed(losses.items())))


def test_order_of_the_tasks_does_not_matter(name):
    cfg = CASES[name]
    if name == 'Scalarizer-Random':
        pytest.skip('draws a weight for each in their order')
    one = build(name)
    other = WEIGHTINGS.build(dict(cfg, tasks=dict(reversed(TASKS.items()))))
    losses = losses_of(torch.tensor(2.0))
    for _ in range(5):
        terms, expected = other(losses), one(losses)
        for weighting in (one, other):
            weighting.after_step({task: 0.9 * loss for task, loss in losses.items()})
            weighting.after_epoch()
        for task in TASKS:
            assert terms[task].item() == pytest.approx(expected[task].item(), rel=1e-5, abs=1e-5)


def test_state_is_detached_and_named_by_task(weighting):
    weighting(losses_of(torch.tensor(2.0)))
    state = weighting.state()
    assert list(state['weight']) == list(TASKS)
    assert all(set(values) <= set(TASKS) for values in state.values())
    assert not any(v.requires_grad for values in state.values() for v in values.values())
    assert not any('loss' in kind for kind in state), 'mmengine would add it to the loss'


@pytest.mark.parametrize('stop', [3, 8, 13])
def test_a_resumed_run_goes_on_bit_for_bit(name, stop):
    weighting = build(name)
    network, optimizer = run_of(weighting)
    train(weighting, stop, network, optimizer)
    file = io.BytesIO()
    torch.save([weighting.state_dict(), network.data, optimizer.state_dict()], file)
    expected = train(weighting, 17, network, optimizer, stop)
    twin = build(name)
    file.seek(0)
    state, value, momentum = torch.load(file, weights_only=True)
    twin.load_state_dict(state)
    network, optimizer = run_of(twin)
    network.data.copy_(value)
    optimizer.load_state_dict(momentum)
    assert torch.equal(train(twin, 17, network, optimizer, stop), expected)
    assert expected.isfinite().all()


def test_evaluation_moves_no_state(weighting):
    weighting(losses_of(torch.tensor(2.0)))
    before = {k: repr(v) for k, v in weighting.state_dict().items() if k != 'weights'}
    weighting.eval()
    for step in range(3):
        weighting(losses_of(torch.tensor(1.0), step))
    weighting.after_step(losses_of(torch.tensor(1.0)))
    assert {k: repr(v) for k, v in weighting.state_dict().items() if k != 'weights'} == before


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16, torch.float64])
def test_losses_of_any_precision(name, dtype):
    exact, other = build(name), build(name)
    expected = train(exact, 9, *run_of(exact))
    with torch.autocast('cpu', torch.bfloat16):
        found = train(other, 9, *run_of(other), dtype=dtype)
    assert torch.allclose(found, expected, rtol=0.1, atol=0.05)


def test_a_loss_that_is_not_finite_moves_no_state(weighting, name):
    if any(p.requires_grad for p in weighting.parameters()):
        pytest.skip('learned by the optimizer, whose step is to be left out')
    twin = build(name)
    bad = losses_of(torch.tensor(2.0)) | dict(depth=torch.tensor(torch.nan))
    weighting(bad)
    weighting.after_step(bad)
    if name == 'Scalarizer-Random':
        pytest.skip('each step draws')
    if name == 'DynamicWeightAverage-interval':
        twin.steps.set(1)
    for w in (weighting, twin):
        w(losses_of(torch.tensor(2.0)))
        w.after_step(losses_of(torch.tensor(1.5)))
    assert weighting(losses_of(torch.tensor(1.5))) == twin(losses_of(torch.tensor(1.5)))


def test_tasks_are_learned_from_the_first_losses(name):
    cfg = dict(CASES[name])
    kinds = cfg.pop('tasks')
    if cfg['type'] == 'UncertaintyWeighting':
        cfg.setdefault('likelihood', 'gaussian')
        kinds = dict.fromkeys(kinds, 'regression')
    losses = losses_of(torch.tensor(2.0))
    named = WEIGHTINGS.build(dict(cfg, tasks=kinds))
    assert WEIGHTINGS.build(cfg)(losses) == named(losses)


def test_unknown_task_is_refused(weighting):
    with pytest.raises(KeyError, match='no_such_task'):
        weighting(dict(no_such_task=torch.tensor(1.0)))


def run_on(rank, name):
    """Eight steps on a rank with losses of its own; None is one process with their means."""
    weighting = build(name)
    values = torch.rand(8, 3, 2, generator=torch.Generator().manual_seed(0)) + 0.1
    for step in range(8):
        lacking = {1: 'depth', 6: 'semantic'}.get(step)  # on rank 1
        losses = {}
        for task, pair in zip(TASKS, values[step], strict=True):
            if step == 5 and task == 'instance':  # nowhere
                continue
            if rank is None:
                losses[task] = pair[0] if task == lacking else pair.mean()
            elif not (rank == 1 and task == lacking):
                losses[task] = pair[rank]
        weighting(losses)
        weighting.after_step({task: 0.9**len(task) * loss for task, loss in losses.items()})
        if step % 3 == 2:
            weighting.after_epoch()
    return weighting


RANKS = f'''
import importlib.util, torch
from mmengine.dist import get_rank
from mmmtl.testing.ranks import join
spec = importlib.util.spec_from_file_location('properties', {__file__!r})
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
join()
torch.manual_seed(5 + get_rank())
runs = {{name: tests.run_on(get_rank(), name) for name in tests.CASES}}
torch.save({{name: (w.state()['weight'], w.state_dict()) for name, w in runs.items()}},
           f'rank_{{get_rank()}}.pth')
'''


@pytest.mark.skipif(not torch.distributed.is_available(), reason='torch without distributed')
def test_two_ranks_hold_the_state_of_one_process_with_the_mean_losses(tmp_path):
    """S at the mean losses: then the mean of the ranks' gradients is that of S of the batch."""
    run_ranks(RANKS, 2, tmp_path)
    first, second = (torch.load(tmp_path / f'rank_{rank}.pth') for rank in (0, 1))
    assert set(first) == set(CASES)
    for name, (weights, state) in first.items():
        assert weights == second[name][0], name
        assert repr(state) == repr(second[name][1]), name
        torch.manual_seed(5)
        expected = run_on(None, name).state()['weight']
        for task, weight in weights.items():
            assert weight.item() == pytest.approx(expected[task].item(), rel=1e-4), (name, task)
