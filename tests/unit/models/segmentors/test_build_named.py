"""A head that builds is never refused; what fails says where, and which config is meant."""

import pytest
from mmengine.registry import MODELS as ROOT
from mmengine.registry import Registry, init_default_scope
from mmseg.models.decode_heads import FCNHead
from torch import nn

from mmmtl.models.segmentors.build_named import build_named
from mmmtl.registry import MODELS

init_default_scope('mmseg')
FCN = dict(in_channels=4, channels=4, num_classes=3)
PACKAGE = Registry('model', parent=ROOT, scope='package_of_a_test')


@PACKAGE.register_module()
class TheirLoss(nn.Module):
    loss_name = 'loss_theirs'

    def __init__(self, power=2):
        super().__init__()


@PACKAGE.register_module()
class TheirHead(FCNHead):
    pass


class ReadsLossItself(FCNHead):
    def __init__(self, loss_decode, **kwargs):
        super().__init__(**kwargs)
        self.spec = loss_decode


class TakesOut(FCNHead):
    def __init__(self, **kwargs):
        self.mine = kwargs.pop('mine', 1)
        super().__init__(**kwargs)


class Fails(FCNHead):
    def __init__(self, loss_decode, **kwargs):
        super().__init__(**kwargs)
        raise TypeError('for a reason of its own')


def test_nested_types_are_of_the_scope_of_the_head():
    cfg = dict(FCN, _scope_=PACKAGE.scope, type='TheirHead', loss_decode=dict(type='TheirLoss'))
    assert isinstance(build_named('here', cfg).loss_decode, TheirLoss)


@pytest.mark.parametrize('loss', [
    dict(type='focal', gamma=2), dict(type='CrossEntropyLoss', gamma=2)])
def test_a_head_may_read_nested_configs_by_itself(loss):
    assert build_named('here', dict(FCN, type=ReadsLossItself, loss_decode=loss)).spec == loss
    with pytest.raises(TypeError, match='^here: for a reason of its own$'):
        build_named('here', dict(FCN, type=Fails, loss_decode=loss))


def test_a_head_may_take_options_out():
    assert build_named('here', dict(FCN, type=TakesOut, mine=2)).mine == 2
    with pytest.raises(ValueError, match="^here: TakesOut does not take 'chanel_'; did you mean"
                       " 'channels'") as error:
        build_named('here', dict(FCN, type=TakesOut, mine=2, chanel_=2))
    assert isinstance(error.value.__cause__, TypeError)


@pytest.mark.parametrize(('loss', 'error', 'message'), [
    (dict(type='mmmtl.BerHuLos'), KeyError, "no 'mmmtl.BerHuLos'; did you mean 'mmmtl.BerHuLoss'"),
    (dict(type='mmmtl.BerHuLoss', fracton=1), ValueError, "BerHuLoss does not take 'fracton'; ")])
def test_what_is_nested_is_explained(loss, error, message):
    for losses in (loss, [dict(type='CrossEntropyLoss'), loss]):
        with pytest.raises(error, match=f'here: .*{message}'):
            build_named('here', dict(FCN, type='FCNHead', loss_decode=losses), MODELS.build)
