"""Every way through the wrappers of a pipeline."""

import pytest

from mmmtl.datasets.pipeline_steps import Step, paths_of


def names(pipeline):
    return sorted(''.join(step.name for step in path) for path in paths_of(pipeline))


@pytest.mark.parametrize(('wrapper', 'expected'), [
    (dict(type='Compose', transforms=[dict(type='A'), dict(type='B')]), ['sABe']),
    (dict(type='RandomApply', transforms=[dict(type='A')]), ['sAe', 'se']),
    (dict(type='RandomChoice', transforms=[[dict(type='A')], [dict(type='B')]]), ['sAe', 'sBe']),
    (dict(type='TestTimeAug', transforms=[[dict(type='A'), dict(type='B')], [dict(type='C')]]),
     ['sACe', 'sBCe'])])
def test_wrappers(wrapper, expected):
    assert names([dict(type='s'), wrapper, dict(type='e')]) == expected


def test_what_stands_in_test_time_augmentation_knows_it():
    inner, = paths_of([dict(type='TestTimeAug', transforms=[[dict(type='A')]])])
    assert inner[0].tested


def test_a_step_of_an_object_knows_its_bases():
    class Base:
        size = 3

    class Derived(Base):
        pass

    step = Step(Derived())
    assert step.is_a('Base') and step.name == 'Derived' and step.get('size') == 3
    assert step.get('other', 5) == 5
