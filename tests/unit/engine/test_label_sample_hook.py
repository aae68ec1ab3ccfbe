"""Which data sets are looked at, with whose classes."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest
from torch import nn

from mmmtl.datasets.label_sample import LabelSample
from mmmtl.engine import LabelSampleHook
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg


def loop(classes=('a', 'b'), metrics=(), **dataset):
    """A loop over a data set."""
    return SimpleNamespace(
        evaluator=SimpleNamespace(metrics=list(metrics)), dataloader=SimpleNamespace(
            dataset=SimpleNamespace(metainfo=dict(classes=classes), **dataset)))


def looked_at(method, model, **loops):
    """Name of each loader that is looked at -> its classes and further ignored labels."""
    loops = {'val_loop': None, 'test_loop': None, **loops}
    runner = SimpleNamespace(model=model, train_dataloader=loop().dataloader, **loops)
    with patch('mmmtl.engine.label_sample_hook.check_label_sample',
               return_value=LabelSample(2, 7, ['m'], ['d?'])) as check, \
            patch('mmmtl.engine.label_sample_hook.print_log') as log:
        getattr(LabelSampleHook(), method)(runner)
    assert [call.args[0] for call in log.call_args_list] == [
        line for call in check.call_args_list for line in (
            f'{call.args[0]}: labels of 2 of 7 frames were read', f'{call.args[0]}: m',
            f'{call.args[0]}: d?')]
    assert {call.kwargs.get('level') for call in log.call_args_list[2::3]} <= {30}
    return {call.args[0]: (list(call.args[2].values()), set(call.args[3]))
            for call in check.call_args_list}


def test_classes_of_heads_and_of_data_sets():
    model = MODELS.build(toy_model_cfg())
    head = ([(model.decode_head.num_classes, 255)], set())
    assert looked_at('before_train', model) == dict(train_dataloader=head)
    assert looked_at('before_train', model, val_loop=loop(('a', 'b', 'c'))) == dict(
        train_dataloader=head, val_dataloader=([(3, 255)], {255}))
    assert looked_at('before_test', model, test_loop=loop()) == dict(
        test_dataloader=([(2, 255)], {255}))
    for method in ('before_train', 'before_test'):
        assert looked_at(method, nn.Identity(), test_loop=loop()) == {}


@pytest.mark.parametrize(('method', 'name'), [('before_train', 'val'), ('before_test', 'test')])
def test_labels_that_data_set_heads_and_metrics_ignore(method, name):
    model = MODELS.build(toy_model_cfg())
    model.decode_head.ignore_index = 6
    scored = loop(metrics=[SimpleNamespace(ignore_index=3), SimpleNamespace()], ignore_index=2)
    found = looked_at(method, model, **{f'{name}_loop': scored})
    assert found[f'{name}_dataloader'] == ([(2, 2)], {3, 6, 255})
