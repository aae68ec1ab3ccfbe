"""The wrappers: mixed precision, bad numbers, checkpoints, logs, hooks of mmengine."""

import copy

import pytest
import torch
from mmengine.logging import MessageHub
from mmengine.optim import OptimWrapper, build_optim_wrapper
from mmengine.optim.optimizer import amp_optimizer_wrapper
from torch.optim import SGD, AdamW

from mmmtl.balancing import AmpMultiTaskOptimWrapper, MultiTaskOptimWrapper, known_balancers
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

BATCHES = [toy_task_batch(8, seed=i) for i in range(6)]
PCGRAD = dict(type='PCGrad')


def without(batch, *tasks):
    """A batch in which tasks have no labels."""
    targets = {name: torch.full_like(t, torch.nan) if name in tasks else t
               for name, t in batch['targets'].items()}
    return dict(batch, targets=targets)


def train(wrapper_type=MultiTaskOptimWrapper, batches=BATCHES, model=None, optimizer=AdamW,
          **options):
    model = model or ToyTasks()
    wrapper = wrapper_type(optimizer=optimizer(model.parameters(), lr=0.05), **options)
    for batch in batches:
        model.train_step(batch, wrapper)
    return model, wrapper


def parameters(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('weighting', [
    None, dict(type='UncertaintyWeighting'),
    dict(type='ScalarizerWeighting', scalarizer=dict(type='IMTLL'))])
def test_sum_is_what_mmengine_does(level, weighting):
    """Also where tasks have no labels, and for what a weighting learns."""
    batches = [BATCHES[0], without(BATCHES[1], 'b'), without(BATCHES[2], 'a', 'c'), BATCHES[3]]
    plain, _ = train(OptimWrapper, batches, ToyTasks(weighting=weighting, unused=True))
    ours, _ = train(batches=batches, model=ToyTasks(weighting=weighting, unused=True),
                    balancer=dict(type='Sum'), level=level)
    torch.testing.assert_close(parameters(ours), parameters(plain), rtol=1e-5, atol=1e-6)


def test_no_labels_at_all_is_no_update():
    model, wrapper = train(batches=[without(BATCHES[0], 'a', 'b', 'c')], balancer=PCGRAD)
    assert torch.equal(parameters(model), parameters(ToyTasks())) and wrapper.inner_count == 1


def test_clipping_sees_the_combined_gradient():
    model, _ = train(batches=BATCHES[:1], optimizer=SGD, balancer=PCGRAD,
                     clip_grad=dict(max_norm=0.01))
    assert (parameters(model) - parameters(ToyTasks())).norm() == pytest.approx(5e-4, rel=1e-2)


def test_freezing_during_training():
    model, wrapper = train(batches=BATCHES[:1], balancer=PCGRAD)
    model.trunk[0].requires_grad_(False)
    before = model.trunk[0].weight.clone(), model.trunk[2].weight.clone()
    model.train_step(BATCHES[1], wrapper)
    assert torch.equal(model.trunk[0].weight, before[0])
    assert not torch.equal(model.trunk[2].weight, before[1])


# -- numbers that are not finite -------------------------------------------------------------
def broken(value=torch.nan):
    batch = copy.deepcopy(BATCHES[1])
    batch['targets']['b'][:] = torch.inf if value == torch.inf else 1e30
    return batch


@pytest.mark.parametrize('level', ['parameters', 'features'])
def test_raise_names_task_and_step(level):
    with pytest.raises(FloatingPointError, match=r"Step 2: the loss of task\(s\) \['b'\] is NaN.*"
                       "non_finite='skip'"):
        train(batches=[BATCHES[0], broken()], balancer=PCGRAD, level=level)


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('method', ['PCGrad', 'GradNorm'])
def test_skip_leaves_everything_as_it_was(level, method):
    options = dict(balancer=dict(type=method), level=level)
    clean, a = train(batches=BATCHES, **options)
    skipped, b = train(batches=[*BATCHES[:2], broken(), *BATCHES[2:]], non_finite='skip',
                       **options)
    assert torch.equal(parameters(clean), parameters(skipped))
    assert b.num_skipped == 1 and str(a.balancer.state_dict()) == str(b.balancer.state_dict())


def test_gradient_of_a_finite_loss():
    model = ToyTasks()
    model.heads['c'].weight.register_hook(lambda gradient: gradient * torch.inf)
    with pytest.raises(FloatingPointError, match=r"the gradient of task\(s\) \['c'\]"):
        train(model=model, balancer=PCGRAD)


# -- mixed precision -------------------------------------------------------------------------
@pytest.fixture
def amp_on_cpu(monkeypatch):
    """mmengine's AMP wrapper is for accelerators; torch's scaler and autocast work here too."""
    monkeypatch.setattr(amp_optimizer_wrapper, 'is_cuda_available', lambda: True)
    monkeypatch.setattr(amp_optimizer_wrapper, 'GradScaler',
                        lambda **options: torch.amp.GradScaler('cpu', **options))


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('method', ['PCGrad', 'GradNorm', 'ConFIG', 'CAGrad'])
def test_bf16_autocast_and_scaling_are_near_full_precision(amp_on_cpu, level, method):
    if (method, level) == ('ConFIG', 'features'):
        pytest.skip('refused')
    options = dict(batches=BATCHES[:2], balancer=dict(type=method), level=level, optimizer=SGD)
    full, _ = train(**options)
    half, _ = train(AmpMultiTaskOptimWrapper, dtype='bfloat16', **options)
    moved = (parameters(full) - parameters(ToyTasks())).norm()
    assert (parameters(half) - parameters(full)).norm() < 0.05 * moved
    assert parameters(half).isfinite().all()
    # powers of two change no digit
    scaled, wrapper = train(AmpMultiTaskOptimWrapper, dtype='bfloat16', loss_scale=2.0**12,
                            **options)
    torch.testing.assert_close(parameters(scaled), parameters(half), rtol=1e-5, atol=1e-6)
    assert wrapper.loss_scaler.get_scale() == 2.0**12


@pytest.mark.parametrize('options', [
    dict(balancer=PCGRAD), dict(balancer=dict(type='GradNorm')),
    dict(balancer=dict(type='MGDA'), level='features')], ids=['parameters', 'layer', 'features'])
def test_an_overflow_skips_the_step_once_for_all(amp_on_cpu, options):
    """One task's gradient overflows: no parameter and no state moves, the scale halves."""
    model = ToyTasks()
    overflow = []
    model.heads['b'].weight.register_hook(lambda g: g * torch.inf if overflow else g)
    model.trunk[2].weight.register_hook(lambda g: g * torch.inf if overflow else g)
    _, wrapper = train(AmpMultiTaskOptimWrapper, BATCHES[:2], model, dtype='bfloat16',
                       loss_scale=dict(init_scale=1024.0), **options)
    before, state = parameters(model), str(wrapper.balancer.state_dict())
    overflow.append(1)
    model.train_step(BATCHES[2], wrapper)
    assert torch.equal(parameters(model), before)
    assert wrapper.loss_scaler.get_scale() == 512
    assert str(wrapper.balancer.state_dict()) == state and wrapper.num_skipped == 1
    overflow.clear()
    model.train_step(BATCHES[2], wrapper)
    assert not torch.equal(parameters(model), before) and wrapper.loss_scaler.get_scale() == 512


# -- checkpoints -----------------------------------------------------------------------------
ARGUMENTS = dict(Constant=dict(weights=[1., 2., 3.]), Krum=dict(n_byzantine=0),
                 TrimmedMean=dict(trim_number=1), CRMOGM=dict(weighting=dict(type='MGDA')))


@pytest.mark.parametrize('method', [n for n in known_balancers() if n != 'NashMTL'])
def test_resume_is_bit_for_bit(method, tmp_path):
    """By way of a file; also with a task missing at the last step before it."""
    options = dict(balancer=dict(type=method, **ARGUMENTS.get(method, {})))
    batches = [*BATCHES[:2], without(BATCHES[2], 'b'), *BATCHES[3:]]
    whole, _ = train(batches=batches, **options)
    model, wrapper = train(batches=batches[:3], **options)
    torch.save(dict(model=model.state_dict(), optimizer=wrapper.state_dict()), tmp_path / 'x.pth')
    stored = torch.load(tmp_path / 'x.pth', weights_only=True)
    torch.manual_seed(77)
    resumed = ToyTasks(seed=5)
    resumed.load_state_dict(stored['model'])
    wrapper = MultiTaskOptimWrapper(AdamW(resumed.parameters(), lr=0.05), **options)
    wrapper.load_state_dict(stored['optimizer'])
    for batch in batches[3:]:
        resumed.train_step(batch, wrapper)
    assert torch.equal(parameters(resumed), parameters(whole))


def test_checkpoints_of_other_wrappers():
    model, plain = train(OptimWrapper)
    _, ours = train(balancer=PCGRAD)
    ours.load_state_dict(plain.state_dict())
    plain.load_state_dict(ours.state_dict())
    _, other = train(balancer=dict(type='GradNorm'))
    weights = other.balancer.current().clone()
    other.load_state_dict(ours.state_dict())
    assert torch.equal(other.balancer.current(), weights)


# -- configs and logs ------------------------------------------------------------------------
def test_config_and_log():
    hub = MessageHub.get_instance('test_balancing')
    model = ToyTasks()
    wrapper = build_optim_wrapper(model, dict(
        type='mmmtl.MultiTaskOptimWrapper', balancer=PCGRAD, log_interval=2,
        constructor='mmmtl.MultiTaskOptimWrapperConstructor', optimizer=dict(type='SGD', lr=0.1)))
    assert model.balancing == 'parameters'  # told when the wrapper was built
    wrapper._log.hub = hub
    for batch in BATCHES:
        model.train_step(batch, wrapper)
    assert {f'train/grad_norm/{task}' for task in 'abc'} <= set(hub.log_scalars)
    assert {'train/grad_cos/a-b', 'train/grad_cos/a-c', 'train/grad_cos/b-c'} <= set(
        hub.log_scalars)
    assert len(hub.log_scalars['train/grad_cos/a-b'].data[0]) == 3


def test_a_model_that_hands_nothing_over():
    model = ToyTasks()
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1), balancer=PCGRAD)
    with pytest.raises(ValueError, match='within optim_wrapper.optim_context'):
        wrapper.update_params(torch.ones((), requires_grad=True))
    wrapper.bind(model)
    with pytest.raises(ValueError, match='gave only their sum'):
        wrapper.update_params(torch.ones((), requires_grad=True))
