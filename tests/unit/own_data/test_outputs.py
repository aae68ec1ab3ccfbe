"""Classes wherever a published model has them."""

import pytest
from mmengine.config import ConfigDict

from mmmtl.own_data.outputs import published_classes, set_outputs


def head(number: int, **more: object) -> dict:
    return dict(type='FCNHead', num_classes=number, channels=19, **more)


def test_heads_in_lists_and_in_heads() -> None:
    model = ConfigDict(dict(
        decode_head=[head(19), head(19, inner=dict(parts=[head(19)]))],
        auxiliary_head=[head(19), head(2)], backbone=dict(num_classes=19)))
    set_outputs(model, 3)
    assert [one.num_classes for one in model.decode_head] == [3, 3]
    assert model.decode_head[1].inner.parts[0].num_classes == 3
    assert [one.num_classes for one in model.auxiliary_head] == [3, 2]
    assert model.backbone.num_classes == 19 and model.decode_head[0].channels == 19


def test_weights_of_published_classes() -> None:
    weighted = [dict(class_weight=[.5] * 19), dict(class_weight=[1.] * 19 + [.1]),
                dict(class_weight=[1., 2.]), dict(class_weight='weights.npy'), dict(loss_weight=1.)]
    model = dict(decode_head=head(19, loss_decode=weighted))
    set_outputs(model, 2)
    assert model['decode_head']['loss_decode'] == [
        dict(class_weight=None), dict(class_weight=[1., 1., .1]), dict(class_weight=[1., 2.]),
        dict(class_weight='weights.npy'), dict(loss_weight=1.)]


def test_heads_within_a_head_that_does_not_say_itself() -> None:
    model = dict(decode_head=dict(type='IterativeDecodeHead', first=head(150), then=[head(150)]))
    set_outputs(model, 4)
    assert model['decode_head']['first'] == head(4) and model['decode_head']['then'] == [head(4)]


def test_no_head_that_says() -> None:
    for model in (dict(), dict(decode_head=dict(type='A')), dict(decode_head=[])):
        with pytest.raises(ValueError, match='no num_classes'):
            published_classes(model)
