"""Wrong ``in_index`` and ``in_channels`` are named, in every way that heads have to say them."""

import pytest
import torch
from mmengine.logging import MessageHub
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData

from mmmtl.models.segmentors.feature_check import explain_channels
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample

init_default_scope('mmseg')
HEAD = toy_model_cfg()['decode_head']
WIDE = dict(HEAD, in_channels=32, in_index=1)
BOTH = dict(in_channels=[8, 32], in_index=[0, 1])
PYRAMID = dict(type='FPNHead', channels=8, num_classes=19, feature_strides=[4, 32],
               norm_cfg=dict(type='BN'), **BOTH)
TASK = 'mmmtl.InverseDepthHead'


def build(**changes):
    """Features of 8 and 32 channels, without a neck; depth beside semantics."""
    MessageHub.get_current_instance().update_info('epoch', 0)
    changes = dict(neck=None, decode_head=WIDE, task_heads=dict(depth=dict(type=TASK))) | changes
    return MODELS.build(toy_model_cfg(**changes))


def step(model, tasks=('semantic', 'depth')):
    sample = toy_sample(tasks=tasks)
    sample.set_data(dict(gt_age=LabelData(item=torch.tensor([3.0]))))
    return model.loss(torch.randn(2, 3, 32, 64), [sample] * 2)


@pytest.mark.parametrize('auxiliary, label', [
    (dict(HEAD, in_index=9), 'auxiliary FCNHead'),
    ([WIDE, dict(PYRAMID, in_index=[0, 9])], 'auxiliary FPNHead')])
def test_auxiliary_heads_ask_for_what_there_is(auxiliary, label):
    with pytest.raises(ValueError, match=rf"^{label} of task 'semantic' has in_index=.*9.* 0 to 1"):
        build(auxiliary_head=auxiliary)


def test_auxiliary_head_of_a_backbone_that_does_not_say_what_it_gives():
    head = dict(HEAD, in_channels=16, in_index=0)
    model = build(backbone=dict(type='ERFNet', in_channels=3), decode_head=head,
                  auxiliary_head=dict(head, in_index=1))
    with pytest.raises(ValueError, match="auxiliary FCNHead of task 'semantic' has in_index=1"):
        step(model)


@pytest.mark.parametrize('changes, message', [
    (dict(task_heads=dict(depth=dict(type=TASK, body=dict(in_index=0)))),
     r"FCNHead of task 'depth' has in_index=0 and in_channels=32, but finds 8 channels instead of "
     r'32 there: backbone and neck give features of \[8, 32\] channels'),
    (dict(decode_head=dict(HEAD, in_channels=16, in_index=1)),
     "^FCNHead of task 'semantic' has in_index=1 and in_channels=16, but finds 32 channels"),
    (dict(auxiliary_head=[WIDE, dict(WIDE, in_index=0)]),
     "^auxiliary FCNHead of task 'semantic' has in_index=0 and in_channels=32, but finds 8"),
    (dict(decode_head=dict(PYRAMID, in_channels=[8, 16])),
     r"^FPNHead of task 'semantic' has in_index=\[0, 1\] and in_channels=\[8, 16\], but finds 32"),
    (dict(decode_head=dict(HEAD, input_transform='resize_concat', in_channels=[8, 16],
                           in_index=[0, 1])),
     r"^FCNHead of task 'semantic' has in_index=\[0, 1\] and in_channels=24, but finds 40"),
    (dict(task_heads=dict(age=dict(type='mmmtl.ImageRegressionHead', in_channels=16))),
     "^ImageRegressionHead of task 'age' has in_index=-1 and in_channels=16, but finds 32"),
], ids=['body', 'decode_head', 'auxiliary', 'several', 'concatenated', 'image'])
def test_channels(changes, message):
    model = build(**changes)
    with pytest.raises(ValueError, match=message):
        step(model)
    if 'age' not in model.heads and 'auxiliary_head' not in changes:
        with pytest.raises(ValueError, match=message), torch.no_grad():
            model.eval().predict(torch.randn(1, 3, 32, 64), [toy_sample()])


def test_channels_of_a_task_without_labels():
    model = build(task_heads=dict(depth=dict(type=TASK, body=dict(in_index=0))))
    with pytest.raises(ValueError, match="FCNHead of task 'depth' has in_index=0"):
        step(model, ['semantic'])


@pytest.mark.parametrize('decode_head', [
    WIDE, PYRAMID, dict(HEAD, input_transform='resize_concat', **BOTH), dict(WIDE, in_index=-1)])
def test_right_ones_work(decode_head):
    losses = step(build(decode_head=decode_head, auxiliary_head=HEAD | dict(in_index=-2)))
    assert losses['loss_semantic'] > 0 and losses['loss_depth'] > 0


def test_other_errors_are_left_as_they_are():
    """Also of a head that does what it likes with its options."""
    model = build(decode_head=dict(HEAD, in_channels=16, in_index=1))

    def fail():
        raise RuntimeError('out of memory: 3 GiB')

    with pytest.raises(RuntimeError, match='^out of memory'):
        explain_channels(fail, model.heads, [torch.zeros(1, 8, 2, 2), torch.zeros(1, 32, 1, 1)])
