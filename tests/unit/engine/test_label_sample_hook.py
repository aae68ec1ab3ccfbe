"""Which data sets are looked at, with whose classes."""

from types import SimpleNamespace
from unittest.mock import patch

from torch import nn

from mmmtl.engine import LabelSampleHook
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg


def looked_at(method, model, **loops):
    meta = SimpleNamespace(metainfo=dict(classes=('a', 'b')))
    loader = SimpleNamespace(dataset=meta)
    runner = SimpleNamespace(
        model=model, train_dataloader=loader, val_loop=None,
        **{name: SimpleNamespace(dataloader=loader) for name in loops} or {})
    with patch('mmmtl.engine.label_sample_hook.check_label_sample', return_value=['m']) as check, \
            patch('mmmtl.engine.label_sample_hook.print_log') as log:
        getattr(LabelSampleHook(), method)(runner)
    assert [call.args[0] for call in log.call_args_list] == [
        f'{call.args[0]}: m' for call in check.call_args_list]
    return {call.args[0]: list(call.args[2].values()) for call in check.call_args_list}


def test_classes_of_heads_and_of_data_sets():
    model = MODELS.build(toy_model_cfg())
    head = [(model.decode_head.num_classes, 255)]
    assert looked_at('before_train', model) == dict(train_dataloader=head)
    assert looked_at('before_test', model, test_loop=1) == dict(test_dataloader=[(2, 255)])
    assert looked_at('before_train', nn.Identity()) == {}


def test_the_set_that_is_validated_on():
    model = MODELS.build(toy_model_cfg())
    loader = SimpleNamespace(dataset=SimpleNamespace(metainfo=dict(classes=('a', 'b', 'c'))))
    runner = SimpleNamespace(model=model, train_dataloader=loader,
                             val_loop=SimpleNamespace(dataloader=loader))
    with patch('mmmtl.engine.label_sample_hook.check_label_sample', return_value=[]) as check:
        LabelSampleHook().before_train(runner)
    assert [call.args[0] for call in check.call_args_list] == ['train_dataloader', 'val_dataloader']
    assert list(check.call_args_list[1].args[2].values()) == [(3, 255)]
