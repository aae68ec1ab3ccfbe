"""Parameter groups: the weighting's parameters apart, the rest as mmengine groups them."""

from unittest.mock import patch

import pytest
import torch
from mmengine.optim import DefaultOptimWrapperConstructor, build_optim_wrapper
from torch import nn

from mmmtl.weighting import UncertaintyWeighting

CONSTRUCTOR = 'mmmtl.MultiTaskOptimWrapperConstructor'


class Model(nn.Module):

    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        self.head = nn.Conv2d(4, 1, 1)
        self.loss_weighting = UncertaintyWeighting(
            dict(semantic='classification', depth='regression'))


def build(model, **options):
    return build_optim_wrapper(
        model,
        dict(
            type='OptimWrapper',
            constructor=CONSTRUCTOR,
            optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.5),
            **options)).optimizer


def group_of(optimizer, parameter):
    return next(g for g in optimizer.param_groups if any(p is parameter for p in g['params']))


def test_weight_decay_never_touches_log_variances():
    model = Model()
    optimizer = build(model)
    group = group_of(optimizer, model.loss_weighting.log_vars['depth'])
    assert group['weight_decay'] == 0
    assert group['lr'] == 1e-3
    assert group_of(optimizer, model.head.weight)['weight_decay'] == 0.5


def test_every_parameter_is_in_one_group_and_equal_ones_share_it():
    model = Model()
    optimizer = build(model)
    grouped = [p for g in optimizer.param_groups for p in g['params']]
    assert {id(p) for p in grouped} == {id(p) for p in model.parameters()}
    assert len(grouped) == len(list(model.parameters()))
    assert len(optimizer.param_groups) == 2


def test_paramwise_options_are_those_of_mmengine():
    model = Model()
    paramwise = dict(custom_keys=dict(backbone=dict(lr_mult=0.1)), norm_decay_mult=0.0)
    optimizer = build(model, paramwise_cfg=dict(paramwise))
    reference = DefaultOptimWrapperConstructor(
        dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.5)), paramwise)(model).optimizer
    for name, parameter in model.named_parameters():
        if not name.startswith('loss_weighting'):
            ours, theirs = group_of(optimizer, parameter), group_of(reference, parameter)
            assert (ours['lr'], ours['weight_decay']) == (theirs['lr'], theirs['weight_decay'])


@pytest.mark.parametrize(('key', 'warned'), [('backbone', 0), ('.head', 0), ('backbnoe', 1)])
def test_custom_keys_of_no_parameter_are_warned_of(key, warned):
    with patch('mmmtl.engine.optim_wrapper_constructor.print_log') as log:
        build(Model(), paramwise_cfg=dict(custom_keys={key: dict(lr_mult=0.)}))
    assert log.call_count == warned


def test_weighting_lr_stays_whatever_the_schedule_does():
    model = Model()
    optimizer = build(model, paramwise_cfg=dict(weighting_lr=1e-2))
    log_var = model.loss_weighting.log_vars['depth']
    for group in optimizer.param_groups:  # a schedule halves every rate
        group['lr'] /= 2
    before = log_var.item()
    sum(p.sum() for p in model.parameters()).backward()
    optimizer.step()
    assert group_of(optimizer, log_var)['lr'] == 1e-2
    assert group_of(optimizer, model.head.weight)['lr'] == pytest.approx(5e-4)
    assert abs(log_var.item() - before) == pytest.approx(1e-2, rel=1e-3)  # Adam's first step


def test_constant_rate_survives_a_checkpoint():
    model = Model()
    optimizer = build(model, paramwise_cfg=dict(weighting_lr=1e-2))
    state = optimizer.state_dict()
    resumed = build(model, paramwise_cfg=dict(weighting_lr=1e-2))
    resumed.load_state_dict(state)
    assert group_of(resumed, model.loss_weighting.log_vars['depth'])['constant_lr'] == 1e-2


def test_model_without_a_weighting():
    model = nn.Conv2d(1, 1, 1)
    optimizer = build(model)
    assert sum(p.numel() for g in optimizer.param_groups for p in g['params']) == 2
    assert isinstance(optimizer, torch.optim.AdamW)


def test_a_constructor_inside_ours_keeps_its_rules():
    """mmseg's layer-wise decay would put weight decay on the log-variances."""
    from mmengine.registry import init_default_scope
    init_default_scope('mmseg')
    model = Model()
    model.backbone = type('TinyBEiT', (nn.Module, ), {})()  # the constructor goes by the name
    model.backbone.patch_embed = nn.Conv2d(3, 4, 3)
    model.backbone.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
    optimizer = build(model, paramwise_cfg=dict(
        constructor='LearningRateDecayOptimizerConstructor', num_layers=2, decay_rate=0.5,
        decay_type='layer_wise'))
    log_var = group_of(optimizer, model.loss_weighting.log_vars['depth'])
    assert log_var['weight_decay'] == 0 and log_var['lr'] == 1e-3
    assert group_of(optimizer, model.backbone.patch_embed.weight)['lr'] < 1e-3
    grouped = [p for g in optimizer.param_groups for p in g['params']]
    assert len(grouped) == len({id(p) for p in grouped}) == len(list(model.parameters()))
