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


@pytest.mark.parametrize('level', ['parameters', 'features'])
@pytest.mark.parametrize('method', ['PCGrad', 'GradNorm'])
def test_no_labels_at_all_is_no_update(level, method):
    options = dict(balancer=dict(type=method), level=level)
    nothing = without(BATCHES[0], 'a', 'b', 'c')
    model, wrapper = train(batches=[nothing], **options)
    assert torch.equal(parameters(model), parameters(ToyTasks())) and wrapper.inner_count == 1
    between, _ = train(batches=[*BATCHES[:2], nothing, *BATCHES[2:]], **options)
    assert torch.equal(parameters(between), parameters(train(**options)[0]))


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


def test_freezing_the_layer_that_gradnorm_found():
    """It finds another; one that the config names is named in the error."""
    model, wrapper = train(batches=BATCHES[:1], balancer=dict(type='GradNorm'))
    weights = wrapper.balancer.current().clone()
    model.trunk[2].requires_grad_(False)
    model.train_step(BATCHES[1], wrapper)
    found = wrapper._gradients
    assert [found.names[i] for i in found._layer] == ['trunk.0.weight']
    assert not torch.equal(wrapper.balancer.current(), weights)
    model, wrapper = train(batches=BATCHES[:1], balancer=dict(type='GradNorm', layer='trunk.2'))
    model.trunk[2].requires_grad_(False)
    with pytest.raises(ValueError, match=r"GradNorm: layer: no trainable.*like 'trunk\.2'"):
        model.train_step(BATCHES[1], wrapper)


@pytest.mark.parametrize('labelled', [(1, ), (0, ), (0, 1)])
@pytest.mark.parametrize('level', ['parameters', 'features'])
def test_gradnorm_sees_the_loss_of_the_micro_steps_with_labels(level, labelled):
    """As in one batch of all frames, where a task's loss is the mean over its labels."""
    if level == 'features':  # refused with accumulation
        batches, counts = [BATCHES[labelled[0]]], 1
        labelled = (0, )
    else:
        batches = [BATCHES[i] if i in labelled else without(BATCHES[i], 'b') for i in (0, 1)]
        counts = 2
    _, wrapper = train(batches=batches, balancer=dict(type='GradNorm'), level=level,
                       accumulative_counts=counts)
    for k, task in enumerate('abc'):
        steps = labelled if task == 'b' else range(counts)
        losses = [ToyTasks()(**batches[i])[f'loss_{task}'].item() for i in steps]
        assert wrapper.balancer.state_dict()['initial'][k] == pytest.approx(
            sum(losses) / len(losses))


def test_a_plain_wrapper_after_one_that_cuts_at_the_features():
    model, _ = train(batches=BATCHES[:1], balancer=PCGRAD, level='features')
    before = model.trunk[0].weight.clone()
    train(OptimWrapper, BATCHES[1:2], model)
    assert not torch.equal(model.trunk[0].weight, before)


# -- random numbers --------------------------------------------------------------------------
@pytest.mark.parametrize('method', ['PCGrad', 'GradDrop'])
def test_draws_follow_the_seed_of_the_run(method):
    def final(run, **options):
        model = ToyTasks(seed=1)  # with that of seed 0, no order of PCGrad matters
        torch.manual_seed(run)
        return parameters(train(model=model, balancer=dict(type=method, **options))[0])

    assert torch.equal(final(0), final(0)) and not torch.equal(final(0), final(1))
    assert torch.equal(final(0, seed=4), final(1, seed=4))
    assert torch.equal(final(4), final(0, seed=4))


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


@pytest.mark.parametrize('method', ['PCGrad', 'GradNorm', 'GradDrop'])
@pytest.mark.parametrize('value', [torch.nan, torch.inf])
def test_gradient_of_the_trunk_behind_finite_features(method, value):
    """Seen only when it has been taken: no parameter, and nothing of the balancer, has moved."""
    options = dict(balancer=dict(type=method), level='features')
    for non_finite in ('raise', 'skip'):
        model, broken_now = ToyTasks(), []
        model.trunk[0].weight.register_hook(
            lambda g, broken_now=broken_now: g * value if broken_now else g)
        _, wrapper = train(batches=BATCHES[:2], model=model, non_finite=non_finite, **options)
        before, state = parameters(model), str(wrapper.state_dict())
        broken_now.append(1)
        if non_finite == 'raise':
            with pytest.raises(FloatingPointError, match='Step 3: the gradient of the trunk'):
                model.train_step(BATCHES[2], wrapper)
            assert all(p.grad is None for p in model.parameters())
        else:
            model.train_step(BATCHES[2], wrapper)
            assert wrapper.num_skipped == 1
        assert torch.equal(parameters(model), before) and str(wrapper.state_dict()) == state
        broken_now.clear()
        for batch in BATCHES[2:]:
            model.train_step(batch, wrapper)
        assert torch.equal(parameters(model), parameters(train(**options)[0]))


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


@pytest.mark.parametrize('where', [['heads.b.weight', 'trunk.2.weight'], ['trunk.0.weight']])
@pytest.mark.parametrize('options', [
    dict(balancer=PCGRAD), dict(balancer=dict(type='GradNorm')),
    dict(balancer=dict(type='GradNorm'), level='features'),
    dict(balancer=dict(type='GradVac'), level='features')],
    ids=['parameters', 'layer', 'GradNorm-features', 'features'])
def test_an_overflow_skips_the_step_once_for_all(amp_on_cpu, options, where):
    """One gradient overflows: no parameter and no state moves, the scale halves."""
    model = ToyTasks()
    overflow = []
    for name in where:
        model.get_parameter(name).register_hook(lambda g: g * torch.inf if overflow else g)
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


def test_a_checkpoint_within_an_accumulation_is_warned_of_once(monkeypatch):
    said = []
    monkeypatch.setattr('mmmtl.balancing.optim_wrapper.print_log',
                        lambda text, **_: said.append(text))
    model, wrapper = train(batches=BATCHES[:2], balancer=PCGRAD, accumulative_counts=2)
    wrapper.state_dict()
    assert not said
    model.train_step(BATCHES[2], wrapper)
    wrapper.state_dict()
    wrapper.state_dict()
    text, = said
    assert text.startswith('Step 3: this checkpoint lies within an update') and (
        'multiple of accumulative_counts' in text)


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
    assert wrapper._gradients.tasks == ['a', 'b', 'c']  # bound when the wrapper was built
    wrapper._log.hub = hub
    for batch in BATCHES:
        model.train_step(batch, wrapper)
    assert {f'train/grad_norm/{task}' for task in 'abc'} <= set(hub.log_scalars)
    assert {'train/grad_cos/a-b', 'train/grad_cos/a-c', 'train/grad_cos/b-c'} <= set(
        hub.log_scalars)
    assert len(hub.log_scalars['train/grad_cos/a-b'].data[0]) == 3


@pytest.mark.parametrize('counts', [1, 2, 3, 4, 8])
def test_log_interval_counts_updates(counts):
    hub = MessageHub.get_instance(f'test_balancing_{counts}')
    model = ToyTasks()
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.01), balancer=PCGRAD,
                                    accumulative_counts=counts, log_interval=2)
    wrapper.initialize_count_status(model, 0, 5 * counts)
    wrapper._log.hub = hub
    for step in range(5 * counts):
        model.train_step(BATCHES[step % 6], wrapper)
    assert {len(hub.log_scalars[f'train/{key}'].data[0]) for key in (
        'grad_norm/a', 'grad_cos/a-b', 'balance/a')} == {3}  # updates 1, 3, 5


def test_a_forward_pass_that_fails_leaves_no_cut_behind():
    model = ToyTasks()
    wrapper = MultiTaskOptimWrapper(
        SGD(model.parameters(), lr=0.1), balancer=PCGRAD, level='features')
    with pytest.raises(KeyError), wrapper.optim_context(model):
        assert model.handover.level == 'features'
        model.handover.put(model(**BATCHES[0]))
        raise KeyError('of the model')
    assert model.handover.level is None
    with pytest.raises(ValueError, match='put none'):
        model.handover.take()


def test_a_model_that_hands_nothing_over():
    model = ToyTasks()
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1), balancer=PCGRAD)
    with pytest.raises(ValueError, match='within optim_wrapper.optim_context'):
        wrapper.update_params(torch.ones((), requires_grad=True))
    with wrapper.optim_context(model):
        loss = model.trunk(torch.ones(1, 6)).sum()
    with pytest.raises(ValueError, match='put none into its handover'):
        wrapper.update_params(loss)
