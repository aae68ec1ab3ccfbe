"""Which answers for whole images are labels."""

import numpy as np
import pytest
import torch

from mmmtl.datasets.image_labels import (
    check_class,
    check_numbers,
    image_label_tensors,
    is_known,
)


@pytest.mark.parametrize(('value', 'dtype', 'numbers'), [
    (1, torch.int64, [1]), (True, torch.int64, [1]), (np.int8(-1), torch.int64, [-1]),
    (np.uint16(9), torch.int64, [9]), (1.0, torch.float32, [1]), (np.float64(2.5),
                                                                 torch.float32, [2.5]),
    ([1, 2], torch.int64, [1, 2]), (np.array([[1.0], [2]]), torch.float32, [1, 2]),
    (torch.tensor(3), torch.int64, [3]), ([1, 2.5], torch.float32, [1, 2.5]),
    (torch.tensor([1.5], dtype=torch.bfloat16), torch.float32, [1.5])])
def test_numbers_of_any_type(value, dtype, numbers):
    label = image_label_tensors(dict(a=value), 'x.jpg')['a']
    assert label.dtype == dtype and label.tolist() == numbers and is_known(label)


def test_none_is_no_label_and_nan_is_not_known():
    assert image_label_tensors(None, 'x.jpg') == image_label_tensors(dict(a=None), 'x.jpg') == {}
    assert not is_known(image_label_tensors(dict(a=[1.0, float('nan')]), 'x.jpg')['a'])


@pytest.mark.parametrize('value', [
    'female', '1', ['a'], [], [1, None], float('inf'), [1.0, -np.inf], {}, [[1], [1, 2]], 1j,
    np.array(['1'])])
def test_anything_else_names_image_field_and_value(value):
    with pytest.raises(ValueError, match=r"folder/x\.jpg: image_labels\['gender'\] is") as error:
        image_label_tensors(dict(age=1, gender=value), 'folder/x.jpg')
    assert repr(value) in str(error.value)


def test_image_labels_must_be_a_dict():
    with pytest.raises(ValueError, match=r'x\.jpg: image_labels must be a dict .* got 3'):
        image_label_tensors(3, 'x.jpg')


def test_classes():
    check_class((1.0, ), 2, 'x')
    check_class((7, ), None, 'x')
    for values in ((-1, ), (2, ), (0.5, ), (0, 1), ()):
        with pytest.raises(ValueError, match='x is .* one whole number from 0 to 1'):
            check_class(values, 2, 'x')
    with pytest.raises(ValueError, match='x is -1, .* from 0 '):
        check_class((-1, ), None, 'x')


def test_numbers():
    check_numbers((1.0, 2.0), 2, 'x')
    with pytest.raises(ValueError, match=r'x is \[1.0\], but the head predicts 2'):
        check_numbers((1.0, ), 2, 'x')
