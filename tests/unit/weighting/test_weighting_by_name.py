"""A wrong name or option of a loss weighting is answered with what there is."""

from functools import partial

import pytest

from mmmtl.registry import WEIGHTINGS
from mmmtl.weighting import DynamicWeightAverage, FixedWeighting
from mmmtl.weighting.weighting_by_name import known_weightings

TASKS = ['a', 'b']


@pytest.mark.parametrize('name, close', [
    ('mmmtl.DWA', 'DynamicWeightAverage'), ('UncertantyWeighting', 'UncertaintyWeighting'),
    ('uncertainty', 'UncertaintyWeighting'), ('mmmtl.Fixed', 'FixedWeighting')])
def test_an_unknown_name_lists_the_known_ones(name, close):
    with pytest.raises(KeyError) as error:
        WEIGHTINGS.build(dict(type=name, tasks=TASKS))
    message = error.value.args[0]
    assert message.startswith(f"there is no loss weighting '{name}'; did you mean '{close}'?")
    assert all(repr(known) in message for known in known_weightings())


def test_what_is_close_to_nothing_is_listed_too():
    with pytest.raises(KeyError, match=r'.*Qwxz.*; The known ones are \[.*Dynamic.*custom_'):
        WEIGHTINGS.build(dict(type='Qwxz'))
    with pytest.raises(KeyError, match=r'dict with a type.*got \{\}'):
        WEIGHTINGS.build({})


def test_an_option_of_another_weighting_is_named_with_the_remedy():
    with pytest.raises(ValueError, match=r"DynamicWeightAverage does not take 'weights'.*"
                                         r'temperature=2.0.*_delete_=True'):
        WEIGHTINGS.build(dict(type='mmmtl.DynamicWeightAverage', weights=1.0, tasks=TASKS))


def test_a_misspelt_option_of_another_weighting_names_that_one():
    with pytest.raises(ValueError, match=r"UncertaintyWeighting does not take 'tempratur'.*"
                                         r"'temperature' is an option of DynamicWeightAverage\."):
        WEIGHTINGS.build(dict(type='UncertaintyWeighting', tempratur=1.0, tasks=TASKS))
    with pytest.raises(ValueError, match="did you mean 'temperature'") as error:
        WEIGHTINGS.build(dict(type='DynamicWeightAverage', tempratur=1.0, tasks=TASKS))
    assert 'is an option of' not in str(error.value)


def test_names_scopes_and_classes_build():
    for cls in ('FixedWeighting', 'mmmtl.FixedWeighting', FixedWeighting):
        built = WEIGHTINGS.build(dict(type=cls), default_args=dict(tasks=TASKS))
        assert isinstance(built, FixedWeighting)
    assert isinstance(WEIGHTINGS.build(dict(type='DynamicWeightAverage')), DynamicWeightAverage)


class TakesOut(FixedWeighting):
    def __init__(self, tasks, **kwargs):
        self.mine = kwargs.pop('mine', 3)
        super().__init__(tasks, **kwargs)


def test_what_is_called_is_not_judged_before():
    for cls in (TakesOut, partial(TakesOut, mine=1), lambda tasks, mine: FixedWeighting(tasks)):
        assert isinstance(WEIGHTINGS.build(dict(type=cls, mine=2, tasks=TASKS)), FixedWeighting)
    with pytest.raises(ValueError, match=r"^loss weighting TakesOut does not take 'weigts'; did you"
                                         r" mean 'weights'\? .*_delete_=True"):
        WEIGHTINGS.build(dict(type=TakesOut, mine=2, weigts=1, tasks=TASKS))
    with pytest.raises(TypeError, match="'wrong'"):
        WEIGHTINGS.build(dict(type=partial(FixedWeighting), wrong=1, tasks=TASKS))
