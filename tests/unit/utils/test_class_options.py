"""Options along the bases, and classes that hand theirs to others."""

import pytest
from torch import nn

from mmmtl.utils.class_options import options_of, takes_anything


class Base:
    def __init__(self, a, b=1):
        pass


class HandsOn(Base):
    def __init__(self, c, **kwargs):
        super().__init__(**kwargs)


class Keeps(Base):
    def __init__(self, c, **kwargs):
        super().__init__(1)
        self.other = kwargs


class Alone:
    def __init__(self, c, **kwargs):
        self.other = kwargs


class Nothing:
    pass


def test_options():
    assert options_of(HandsOn) == ['c', 'a', 'b'] and options_of(Base) == ['a', 'b']
    assert options_of(Nothing) == []


def test_a_module_without_arguments_of_its_own_takes_nothing():
    class Plain(nn.Module):
        pass

    with pytest.raises(TypeError):
        Plain(a=1)
    assert options_of(Plain) == [] and not takes_anything(Plain)


def test_who_takes_anything():
    assert [takes_anything(cls) for cls in (Base, HandsOn, Keeps, Alone)] == [
        False, False, True, True]


def test_hosts():
    from mmcv.transforms import RandomResize
    from mmseg.models import TIMMBackbone
    from mmseg.models.decode_heads import FCNHead
    assert takes_anything(TIMMBackbone) and takes_anything(RandomResize)
    assert not takes_anything(FCNHead)
