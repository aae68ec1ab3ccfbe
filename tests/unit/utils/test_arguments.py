"""Options that a class does not take are refused before it is called."""

import pytest

from mmmtl.utils.arguments import check_options, missing_options, unknown_options


class Base:
    def __init__(self, rate, steps=3, name='a', extra=None):
        pass


class HandsOn(Base):
    def __init__(self, first, **kwargs):
        super().__init__(**kwargs)


class TakesAnything:
    def __init__(self, **kwargs):
        self.kept = kwargs


@pytest.mark.parametrize('cls, given', [
    (Base, dict(rate=1, stps=2)), (Base, dict(steps=2)), (HandsOn, dict(first=1, rat=1)),
    (HandsOn, dict(first=0, rate=1, steps=2)), (TakesAnything, dict(whatever=1))])
def test_agrees_with_python(cls, given):
    wrong = bool(unknown_options(cls, given) + missing_options(cls, given))
    try:
        cls(**given)
    except TypeError:
        assert wrong
    else:
        assert not wrong


def test_message():
    with pytest.raises(ValueError, match=(
            r"^HandsOn does not take 'stps' and 'x'; did you mean 'steps'\? its options are "
            r"\['first', 'rate', 'steps=3', \"name='a'\", 'extra'\]$")):
        check_options(HandsOn, ['stps', 'x'])
    with pytest.raises(ValueError, match="^method M does not take 'x' and needs 'rate'; its"):
        check_options(Base, ['x'], name='method M', missing=True)


def test_a_function_is_left_to_python():
    check_options(lambda rate: rate, ['x'], missing=True)


def test_what_is_filled_in_is_neither_missing_nor_offered():
    check_options(Base, ['steps'], filled=['rate'], missing=True)
    with pytest.raises(ValueError, match=r"options are \['steps=3'"):
        check_options(Base, ['x'], filled=['rate'], missing=True)
