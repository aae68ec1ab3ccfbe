"""Where the thing classes come from."""

import numpy as np
import pytest

from mmmtl.models.instance_clustering.thing_classes import (
    ThingClass,
    check_names,
    check_parameters,
    find_things,
    of_class,
)

META = dict(classes=('road', 'car', 'person'), thing_classes=('person', 'car', 'truck'))


@pytest.mark.parametrize(('arguments', 'expected'), [
    ((META, ), {1: 'car', 2: 'person'}),  # no truck among the classes
    ((META, None, ['person']), {2: 'person'}),
    ((META, None, [1]), {1: 'car'}),
    ((META, ['car', 'sky']), {0: 'car'}),
    ((None, ['car', 'sky'], ['sky']), {1: 'sky'}),
    ((None, None, [7]), {7: '7'}),
    ((META, None, [np.int64(1), np.str_('person')]), {1: 'car', 2: 'person'}),
    (({}, None, []), {}),
])
def test_found(arguments, expected):
    assert find_things(*arguments) == expected


@pytest.mark.parametrize(('arguments', 'message'), [
    ((None, ), r"says nothing. Set instance_clustering=dict\(..., thing_classes"),
    ((dict(classes=['car']), ), r"says only \['classes'\]"),
    ((META, None, ['horse']), "'horse', which is none of the classes"),
    ((None, None, ['car']), r'set classes=\[...\]'),
    ((META, None, [-1]), r'number -1, but numbers of the classes go from 0 to 2'),
    ((None, None, [-1]), 'number -1, but numbers of classes start at 0'),
    ((META, ['car', 'sky'], [99]), 'number 99, but numbers of the classes go from 0 to 1'),
    ((META, None, 'car'), r"thing_classes is the text 'car', .*write thing_classes=\['car'\]"),
    ((dict(META, thing_classes='car'), ), "thing_classes is the text 'car'"),
    ((META, 'car'), r"write classes=\['car'\]"),
    ((META, None, [True]), 'has True, which is neither the name'),
    ((META, None, [1.0]), 'has 1.0, which is neither the name'),
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
    assert thing.scaled(0.01) == (1, 'car', 0.02, 5, 1, 0.06)


@pytest.mark.parametrize(('size', 'parameters', 'message'), [
    (256, {}, 'reference_size is 256; it must be'), ('256', {}, "reference_size is '256'"),
    (('1', '2'), {}, 'reference_size is'), ((0, 5), {}, r'reference_size is \(0, 5\)'),
    (None, dict(eps=('2', 1e-6)), "eps is '2'; it must be a finite number from 1e-06"),
    (None, dict(eps=(True, 1e-6)), 'eps is True'), (None, dict(eps=(None, 1e-6)), 'eps is None'),
    (None, dict(eps=({}, 1e-6)), 'eps is {}, without any class'),
    (None, dict(min_samples=(2.7, 2)), 'min_samples is 2.7; it must be a whole number from 2'),
    (None, dict(min_samples=({'car': 2.7}, 2)), 'min_samples is 2.7'),
    (None, dict(min_area=(float('inf'), 0)), 'min_area is inf; it must be a whole number from 0'),
])
def test_parameters_that_cannot_be(size, parameters, message):
    with pytest.raises(ValueError, match=f'instance_clustering: {message}'):
        check_parameters(size, **parameters)


def test_parameters_of_every_kind_of_number():
    check_parameters([256, np.int64(512)], min_samples=(20.0, 2), eps=({'car': np.float32(2)}, 0))


def test_values_for_no_thing_class():
    check_names(['car', 'person'], eps=2.0, min_samples={'car': 3})
    with pytest.raises(ValueError, match=r"eps has values for \['cra'\].*\['car', 'person'\]"):
        check_names({1: 'car', 2: 'person'}.values(), eps={'car': 2.0, 'cra': 3.0})
