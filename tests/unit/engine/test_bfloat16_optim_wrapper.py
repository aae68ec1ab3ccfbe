"""bfloat16 on CPUs: what is computed in it, and what stays float32."""

import pytest
import torch
from mmengine.optim import OptimWrapper
from torch.optim import SGD, AdamW

from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.engine import BFloat16MultiTaskOptimWrapper, BFloat16OptimWrapper
from mmmtl.registry import MODELS, OPTIM_WRAPPERS
from mmmtl.testing.samples import toy_model_cfg, toy_sample
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch

BATCHES = [toy_task_batch(8, seed=i) for i in range(6)]
PAIRS = [
    (OptimWrapper, BFloat16OptimWrapper, dict()),
    (MultiTaskOptimWrapper, BFloat16MultiTaskOptimWrapper, dict(balancer=dict(type='PCGrad'))),
    (MultiTaskOptimWrapper, BFloat16MultiTaskOptimWrapper, dict(balancer=dict(type='GradNorm'))),
    (MultiTaskOptimWrapper, BFloat16MultiTaskOptimWrapper,
     dict(balancer=dict(type='MGDA'), level='features'))]
IDS = ['plain', 'PCGrad', 'GradNorm', 'features']


def train(wrapper_type, options, batches=BATCHES, optimizer=SGD):
    model = ToyTasks()
    wrapper = wrapper_type(optimizer=optimizer(model.parameters(), lr=0.05), **options)
    for batch in batches:
        model.train_step(batch, wrapper)
    return model, wrapper


def parameters(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize(('full', 'half', 'options'), PAIRS, ids=IDS)
def test_near_full_precision_with_float32_parameters(full, half, options):
    reference, _ = train(full, options, BATCHES[:2])
    model, wrapper = train(half, options, BATCHES[:2])
    assert all(p.dtype == torch.float32 for p in model.parameters())
    moved = (parameters(reference) - parameters(ToyTasks())).norm()
    gap = (parameters(model) - parameters(reference)).norm()
    assert 0 < gap < 0.05 * moved, 'rounded, but the same training'
    assert not hasattr(wrapper, 'loss_scaler')


@pytest.mark.parametrize('half, options', [pair[1:] for pair in PAIRS], ids=IDS)
def test_resume_is_bit_for_bit(half, options, tmp_path):
    whole, _ = train(half, options, optimizer=AdamW)
    model, wrapper = train(half, options, BATCHES[:3], AdamW)
    torch.save(dict(model=model.state_dict(), optimizer=wrapper.state_dict()), tmp_path / 'x.pth')
    stored = torch.load(tmp_path / 'x.pth', weights_only=True)
    resumed = ToyTasks(seed=5)
    resumed.load_state_dict(stored['model'])
    wrapper = half(optimizer=AdamW(resumed.parameters(), lr=0.05), **options)
    wrapper.load_state_dict(stored['optimizer'])
    for batch in BATCHES[3:]:
        resumed.train_step(batch, wrapper)
    assert torch.equal(parameters(resumed), parameters(whole))


@pytest.mark.parametrize('type_', ['BFloat16OptimWrapper', 'BFloat16MultiTaskOptimWrapper'])
def test_segmentor(type_):
    """Convolutions are in bfloat16; losses, gradients, statistics and parameters are not."""
    torch.manual_seed(0)
    model = MODELS.build(toy_model_cfg()).train()
    seen = {}
    model.backbone.conv1.register_forward_hook(
        lambda module, inputs, output: seen.update(dtype=output.dtype))
    options = dict(balancer=dict(type='PCGrad')) if 'MultiTask' in type_ else {}
    wrapper = OPTIM_WRAPPERS.build(dict(
        type=f'mmmtl.{type_}', optimizer=SGD(model.parameters(), lr=0.01), **options))
    samples = [toy_sample(seed=i) for i in range(2)]
    inputs = torch.randn(2, 3, 32, 64)
    for _ in range(3):
        with wrapper.optim_context(model):
            losses = model(inputs, samples, mode='loss')
        total, logs = model.parse_losses(losses)
        wrapper.update_params(total)
        assert total.isfinite() and total.dtype == torch.float32
    assert seen['dtype'] == torch.bfloat16
    assert all(t.dtype != torch.bfloat16 and t.isfinite().all()
               for t in model.state_dict().values())
    model.eval()
    with torch.no_grad():
        model(inputs, samples, mode='predict')
    assert seen['dtype'] == torch.float32, 'validation is in full precision'
