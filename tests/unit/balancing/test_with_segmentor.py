"""The wrapper around the multi-task segmentor, in one process and in two."""

import textwrap

import pytest
import torch
from mmengine.optim import OptimWrapper
from torch.optim import SGD

from mmmtl.balancing import Handover, MultiTaskOptimWrapper
from mmmtl.registry import MODELS
from mmmtl.testing.ranks import run_ranks
from mmmtl.testing.samples import toy_model_cfg, toy_sample

# float64: in float32, normalisation of maps of two pixels multiplies rounding a thousandfold a step
INPUTS = torch.randn(2, 3, 32, 64, generator=torch.Generator().manual_seed(0)).double()


def sample(present, seed):
    frame = toy_sample(tasks=present, seed=seed)
    for field in ('gt_instance_vector', 'gt_inverse_depth_map'):
        if field in frame:
            frame.get(field).data = frame.get(field).data.double()
    return frame


def train(wrapper_type, tasks=('semantic', 'instance', 'depth'), steps=3, cfg=None,
          change=lambda model: None, **options):
    torch.manual_seed(0)
    model = MODELS.build(cfg or toy_model_cfg()).double().train()
    change(model)
    wrapper = wrapper_type(SGD(model.parameters(), lr=0.01), **options)
    for step in range(steps):
        present = tasks if step != 1 else tasks[:2]
        samples = [sample(present, seed=i) for i in range(2)]
        with wrapper.optim_context(model):
            losses = model(INPUTS, samples, mode='loss')
        total, logs = model.parse_losses(losses)
        wrapper.update_params(total)
    return model, wrapper, logs


def parameters(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize('options', [
    dict(level='parameters'), dict(level='features'),
    dict(level='parameters', shared=['backbone', 'neck'])], ids=['found', 'features', 'named'])
@pytest.mark.parametrize('weighting', ['FixedWeighting', 'UncertaintyWeighting'])
def test_sum_is_the_plain_wrapper(options, weighting):
    cfg = toy_model_cfg(loss_weighting=dict(type=weighting))
    plain, _, logs = train(OptimWrapper, cfg=cfg)
    ours, wrapper, same = train(
        MultiTaskOptimWrapper, cfg=cfg, balancer=dict(type='Sum'), **options)
    torch.testing.assert_close(parameters(ours), parameters(plain), rtol=1e-6, atol=1e-8)
    assert logs.keys() == same.keys()
    if options['level'] == 'parameters':
        names = [wrapper._gradients.names[i] for i in wrapper._gradients.layout.shared]
        assert names and all(name.startswith(('backbone', 'neck')) for name in names)


def test_plain_training_hands_nothing_over():
    model, _, _ = train(OptimWrapper, steps=1)
    assert model.handover.level is None
    with pytest.raises(ValueError, match='put none'):
        model.handover.take()


@pytest.mark.parametrize('balancer', ['UPGrad', 'GradNorm'])
def test_checkpointed_backbone(balancer):
    """``with_cp``: reentrant checkpoints."""
    found = []
    for with_cp in (False, True):
        cfg = toy_model_cfg()
        cfg.backbone.with_cp = with_cp
        cfg.backbone.norm_eval = True
        options = dict(type=balancer)
        if balancer == 'GradNorm':
            options['layer'] = 'neck'
        model, *_ = train(MultiTaskOptimWrapper, cfg=cfg, balancer=options)
        found.append(parameters(model))
    torch.testing.assert_close(*found, rtol=1e-6, atol=1e-8)


class Everything(torch.autograd.Function):
    """As a compiled function: one node of the graph for all inputs and outputs."""

    @staticmethod
    def forward(ctx, *tensors):
        ctx.shapes = [tensor.shape for tensor in tensors]
        return tensors[0].sum(), tensors[-1].sum()

    @staticmethod
    def backward(ctx, *gradients):
        return tuple(torch.ones(shape) * gradients[0] for shape in ctx.shapes)


@pytest.mark.parametrize('shared', [None, ['trunk']])
def test_compiled_network_asks_for_patterns(shared):
    """Its graph does not show which output needs which parameter."""
    model = torch.nn.Sequential()
    model.tasks, model.handover = ('a', 'b'), Handover()
    model.trunk, model.rest = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=0.1), shared=shared,
                                    balancer=dict(type='PCGrad'))
    with wrapper.optim_context(model):
        a, b = type('CompiledFunction', (Everything, ), {}).apply(*model.parameters())
        model.handover.put(dict(a=a, b=b))
    if shared:
        wrapper.update_params(a + b)
        return
    with pytest.raises(ValueError, match='compiled function hides.*shared='):
        wrapper.update_params(a + b)


@pytest.mark.slow
@pytest.mark.parametrize(('part', 'options'), [
    ('backbone', dict(balancer=dict(type='PCGrad'))),
    ('backbone', dict(balancer=dict(type='MGDA'), level='features')),
    ('all', dict(balancer=dict(type='PCGrad'), shared=['backbone', 'neck'])),
    ('all', dict(balancer=dict(type='MGDA'), level='features')),
    ('all', dict(balancer=dict(type='GradNorm', layer='neck')))])
def test_torch_compile(part, options):
    def compile_part(model):
        module = model.backbone if part == 'backbone' else model
        module.forward = torch.compile(module.forward, backend='aot_eager')

    plain, *_ = train(MultiTaskOptimWrapper, steps=2, **options)
    compiled, *_ = train(MultiTaskOptimWrapper, steps=2, change=compile_part, **options)
    torch.testing.assert_close(parameters(compiled), parameters(plain), rtol=1e-6, atol=1e-8)


DDP = textwrap.dedent('''
    import sys
    import torch
    import torch.distributed as dist
    import mmseg.models
    from mmengine.model import MMDistributedDataParallel
    from mmengine.registry import init_default_scope
    from mmmtl.balancing import MultiTaskOptimWrapper
    from mmmtl.registry import MODELS
    from mmmtl.testing.samples import toy_model_cfg, toy_sample
    from mmmtl.testing.ranks import join

    join()
    rank = dist.get_rank()
    init_default_scope('mmseg')
    tasks = ('semantic', 'instance', 'depth')
    for unused, options in ((False, dict(balancer=dict(type='PCGrad'))),
                            (True, dict(balancer=dict(type='UPGrad'), accumulative_counts=2)),
                            (False, dict(balancer=dict(type='GradNorm'))),
                            (True, dict(balancer=dict(type='MGDA'), level='features'))):
        torch.manual_seed(0)
        model = MMDistributedDataParallel(
            MODELS.build(toy_model_cfg(loss_weighting=dict(type='FixedWeighting'))),
            find_unused_parameters=unused).train()
        wrapper = MultiTaskOptimWrapper(
            torch.optim.SGD(model.parameters(), lr=0.01), **options)
        for step in range(4):
            present = [t for i, t in enumerate(tasks) if (i + step + rank) % 3 or step == 0]
            samples = [toy_sample(tasks=present, seed=10 * rank + i) for i in range(2)]
            inputs = torch.randn(2, 3, 32, 64)
            with wrapper.optim_context(model):
                losses = model(inputs, samples, mode='loss')
            wrapper.update_params(model.module.parse_losses(losses)[0])
        flat = torch.cat([p.detach().flatten() for p in model.parameters()])
        both = [torch.empty_like(flat) for _ in range(2)]
        dist.all_gather(both, flat)
        assert torch.equal(*both), options
        assert flat.isfinite().all()
    dist.destroy_process_group()
''')


@pytest.mark.slow
def test_two_ranks_with_labels_missing_here_and_there(tmp_path):
    run_ranks(DDP, 2, tmp_path, timeout=120)
