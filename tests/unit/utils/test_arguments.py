"""What Python says of wrong options is said of the config; what Python takes is never refused."""

import functools
import warnings

import pytest
from mmengine.utils import deprecated_api_warning
from torch import nn

from mmmtl.utils.arguments import check_options, explained


class Base:
    def __init__(self, rate, steps=3, name='a', extra=None):
        pass


class HandsOn(Base):
    def __init__(self, first, **kwargs):
        super().__init__(**kwargs)


class TakesAnything:
    def __init__(self, **kwargs):
        self.kept = kwargs


class Fills(Base):
    def __init__(self, **kwargs):
        super().__init__(rate=1, **kwargs)


class TakesOut(Base):
    def __init__(self, **kwargs):
        self.mine = kwargs.pop('mine', 3)
        super().__init__(**kwargs)


class Renamed(Base):
    @deprecated_api_warning({'stps': 'steps'})
    def __init__(self, rate, steps=3):
        super().__init__(rate, steps)


def _without_legacy(init):
    @functools.wraps(init)
    def wrapped(self, *args, legacy=None, **kwargs):
        init(self, *args, **kwargs)
    return wrapped


class Decorated(Base):
    @_without_legacy
    def __init__(self, rate):
        super().__init__(rate)


class Dropping(type):
    def __call__(cls, *args, legacy=None, **kwargs):
        return super().__call__(*args, **kwargs)


class OfMeta(Base, metaclass=Dropping):
    pass


class Made(Base):
    def __new__(cls, *args, **kwargs):
        kwargs.get('rate')
        return super().__new__(cls)


class Plain(nn.Module):
    pass


class Nothing:
    pass


@pytest.mark.parametrize(('cls', 'given', 'wrong'), [
    (Base, dict(rate=1, stps=2), 'stps'), (Base, dict(steps=2), 'rate'),
    (HandsOn, dict(first=1, rate=1, rat=1), 'rat'), (HandsOn, dict(first=1), 'rate'),
    (HandsOn, dict(first=0, rate=1, steps=2), None), (TakesAnything, dict(whatever=1), None),
    (Fills, dict(steps=2), None), (Fills, dict(stps=2), 'stps'),
    (TakesOut, dict(rate=1, mine=2), None), (TakesOut, dict(rate=1, mine=2, mne=3), 'mne'),
    (TakesOut, dict(mine=2), 'rate'), (Renamed, dict(rate=1, stps=1), None),
    (Renamed, dict(rate=1, stp=1), 'stp'), (Decorated, dict(rate=1, legacy=1), None),
    (Decorated, dict(rate=1, x=1), 'x'), (OfMeta, dict(rate=1, legacy=1), None),
    (OfMeta, dict(rate=1, x=1), 'x'), (Made, dict(rate=1, x=1), 'x'),
    (Plain, dict(x=1), 'x'), (Nothing, dict(x=1), 'x')])
def test_agrees_with_python(cls, given, wrong):
    """Refused before the call is only what Python refuses, and afterwards all of it is said."""
    try:
        with warnings.catch_warnings(action='ignore'):
            cls(**given)
    except TypeError as error:
        assert wrong and f"'{wrong}'" in str(explained(error, cls, given)).partition(';')[0]
        assert "'mine'" not in str(explained(error, cls, given))
    else:
        assert not wrong
        check_options(cls, given)


def _error(cls, given):
    with pytest.raises(TypeError) as error:
        cls(**given)
    return error.value


def test_message():
    given = dict(first=1, rate=1, stps=2)
    assert str(explained(_error(HandsOn, given), HandsOn, given)) == (
        "HandsOn does not take 'stps'; did you mean 'steps'? its options are "
        '[\'first\', \'rate\', \'steps=3\', "name=\'a\'", \'extra\']')
    for said in (explained(_error(Base, dict(x=1)), Base, ['x'], name='method M'),
                 pytest.raises(ValueError, check_options, Base, ['x'], name='method M').value):
        assert str(said).startswith("method M does not take 'x' and needs 'rate'; its options")


def test_before_the_call_only_plain_signatures_are_judged():
    with pytest.raises(ValueError, match="does not take 'stps'"):
        check_options(Base, ['rate', 'stps'])
    for cls in (HandsOn, TakesAnything, Fills, TakesOut, Renamed, Decorated, OfMeta, Made):
        check_options(cls, ['whatever'])


def test_other_errors_are_not_explained():
    class Calls:
        def __init__(self, mine, **kwargs):
            Base(rate=1, mine=mine)

    class Adds:
        def __init__(self, mine):
            self.sum = mine + 1

    given = dict(mine='a')
    for cls in (Calls, Adds):
        assert explained(_error(cls, given), cls, [*given, 'taken_out']) is None
    assert explained(_error(lambda rate: rate, given), lambda rate: rate, given) is None


def test_what_is_filled_in_is_neither_missing_nor_offered():
    said = str(explained(_error(Base, dict(x=1)), Base, ['x'], filled=['rate']))
    assert 'needs' not in said and "options are ['steps=3'" in said
