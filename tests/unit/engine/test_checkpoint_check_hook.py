"""A checkpoint of another architecture is refused, with the keys."""

import re
from types import SimpleNamespace
from unittest.mock import patch

import pytest
import torch
from torch import nn

from mmmtl.engine import CheckpointCheckHook, check_fit


def state(**shapes):
    return {key.replace('__', '.'): torch.zeros(shape) for key, shape in shapes.items()}


def test_a_fitting_checkpoint_gives_its_surplus():
    model = state(a__weight=(2, 3))
    assert check_fit(model, state(a__weight=(2, 3))) == []
    assert check_fit(model, state(a__weight=(2, 3), aux__weight=(1, ))) == ['aux.weight']


def test_missing_keys_are_named_and_counted():
    model = state(**{f'x{n}': (1, ) for n in range(9)})
    with pytest.raises(ValueError, match=r'7 of 9 keys are missing: x2, x3, x4, x5, x6, …'):
        check_fit(model, state(x0=(1, ), x1=(1, )))


def test_other_shapes_are_shown():
    with pytest.raises(ValueError, match=r'1 have another shape: a \(19, 2\) instead of \(7, 2\)'):
        check_fit(state(a=(7, 2)), state(a=(19, 2)))


def test_counters_of_batches_may_be_missing():
    assert check_fit(state(bn__num_batches_tracked=()), {}) == []


@pytest.mark.parametrize('wrap', [False, True])
def test_hook_reads_bare_and_wrapped_checkpoints(wrap):
    model = nn.Linear(2, 1)
    checkpoint = {f'module.{key}': value for key, value in model.state_dict().items()}
    if wrap:
        checkpoint = dict(state_dict=checkpoint, meta={})
    runner = SimpleNamespace(model=model)
    CheckpointCheckHook().after_load_checkpoint(runner, checkpoint)
    runner.model = nn.Linear(3, 1)
    with pytest.raises(ValueError, match=r'weight \(1, 2\) instead of \(1, 3\)'):
        CheckpointCheckHook().after_load_checkpoint(runner, checkpoint)


def start(model, checkpoint):
    CheckpointCheckHook(start=True).after_load_checkpoint(SimpleNamespace(model=model), checkpoint)


def test_training_starts_from_a_backbone_and_lists_what_is_new():
    model = nn.ModuleDict(dict(backbone=nn.Linear(2, 2), decode_head=nn.Linear(2, 1),
                               task_heads=nn.ModuleDict(dict(depth=nn.Linear(2, 1)))))
    published = {f'module.{key}': value for key, value in model.state_dict().items()
                 if 'task_heads' not in key}
    with patch('mmmtl.engine.checkpoint_check_hook.print_log') as log:
        start(model, dict(state_dict=published))
    assert log.call_args.args[0].endswith(
        '2 of 6 keys are not in the checkpoint and stay as initialised: task_heads.depth (2)')


@pytest.mark.parametrize('checkpoint, message', [
    (dict(backbone__foo=(3, )), 'of another model: it has backbone.foo, and none of the 2 keys'),
    (dict(decode_head__weight=(1, 2)), 'none of the 2 keys that are wanted: backbone.weight'),
])
def test_training_does_not_start_from_another_network(checkpoint, message):
    model = nn.ModuleDict(dict(backbone=nn.Linear(2, 2), decode_head=nn.Linear(2, 1)))
    with pytest.raises(ValueError, match=message):
        start(model, state(**checkpoint))


def small(inputs=3, width=4, classes=2):
    return nn.ModuleDict(dict(
        backbone=nn.Sequential(nn.Conv2d(inputs, width, 3), nn.Conv2d(width, width, 3)),
        decode_head=nn.Conv2d(width, classes, 1)))


@pytest.mark.parametrize('other, name', [
    (dict(classes=19), r'2 keys have another shape .*decode_head.weight \(19, 4, 1, 1\)'),
    (dict(inputs=4), r'1 keys have another shape .*backbone.0.weight \(4, 4, 3, 3\)')])
def test_training_starts_from_other_classes_and_channels(other, name):
    with patch('mmmtl.engine.checkpoint_check_hook.print_log') as log:
        start(small(), small(**other).state_dict())
    assert re.search(f'^load_from: {name}', log.call_args.args[0])


def test_a_backbone_of_another_width_is_refused():
    with pytest.raises(ValueError, match=r'4 keys of the backbone .*another shape'):
        start(small(), small(width=8).state_dict())


def test_testing_needs_no_weighting_but_resuming_does():
    model = nn.ModuleDict(dict(head=nn.Linear(2, 1), loss_weighting=nn.Linear(1, 1)))
    checkpoint = {key: value for key, value in model.state_dict().items() if 'head' in key}
    runner = SimpleNamespace(model=model)
    CheckpointCheckHook(unused=['loss_weighting.']).after_load_checkpoint(runner, checkpoint)
    with pytest.raises(ValueError, match='loss_weighting.weight'):
        CheckpointCheckHook().after_load_checkpoint(runner, checkpoint)


def test_what_the_model_has_is_no_surplus_even_if_testing_does_not_need_it():
    model = nn.ModuleDict(dict(head=nn.Linear(2, 1), loss_weighting=nn.Linear(1, 1)))
    runner, hook = SimpleNamespace(model=model), CheckpointCheckHook(unused=['loss_weighting.'])
    with patch('mmmtl.engine.checkpoint_check_hook.print_log') as log:
        hook.after_load_checkpoint(runner, model.state_dict())
        log.assert_not_called()
        hook.after_load_checkpoint(runner, {**model.state_dict(), 'aux.weight': torch.zeros(1)})
    assert 'has 1 keys that the model has not, left out: aux.weight' in log.call_args.args[0]
