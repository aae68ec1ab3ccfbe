"""Where the thing classes come from."""

import pytest

from mmmtl.models.instance_clustering.thing_classes import ThingClass, find_things, of_class

META = dict(classes=('road', 'car', 'person'), thing_classes=('person', 'car', 'truck'))


@pytest.mark.parametrize(('arguments', 'expected'), [
    ((META, ), {1: 'car', 2: 'person'}),  # no truck among the classes
    ((META, None, ['person']), {2: 'person'}),
    ((META, None, [1]), {1: 'car'}),
    ((META, ['car', 'sky']), {0: 'car'}),
    ((None, ['car', 'sky'], ['sky']), {1: 'sky'}),
    ((None, None, [7]), {7: '7'}),
    (({}, None, []), {}),
])
def test_found(arguments, expected):
    assert find_things(*arguments) == expected


@pytest.mark.parametrize(('arguments', 'message'), [
    ((None, ), r"says nothing. Set instance_clustering=dict\(..., thing_classes"),
    ((dict(classes=['car']), ), r"says only \['classes'\]"),
    ((META, None, ['horse']), "'horse', which is none of the classes"),
    ((None, None, ['car']), r'set classes=\[...\]'),
])
def test_unknown(arguments, message):
    with pytest.raises(ValueError, match=message):
        find_things(*arguments)


def test_value_of_a_class():
    assert of_class('eps', 2.0, 'car') == 2.0
    assert of_class('eps', {'car': 3.0}, 'car') == 3.0
    with pytest.raises(KeyError, match="eps has no value for the thing class 'bus'"):
        of_class('eps', {'car': 3.0}, 'bus')


def test_scaled():
    thing = ThingClass(1, 'car', 2.0, 40, 10, 6.0)
    assert thing.scaled(1.0) == thing
    assert thing.scaled(2.0) == (1, 'car', 4.0, 160, 40, 12.0)
    assert thing.scaled(0.01) == (1, 'car', 0.02, 2, 1, 0.06)
