"""Choosing pixels and adding records."""

import random

import pytest
import torch

from mmmtl.evaluation.functional import NonFinitePredictionError, add_records, select_valid


def test_selects_valid_pixels_in_float64():
    pred = torch.tensor([[[1., 2.], [3., float('nan')]]])
    valid = torch.tensor([[True, False], [True, False]])
    chosen, truth = select_valid(pred, pred + 1, valid)
    assert chosen.tolist() == [[1., 3.]] and truth.tolist() == [[2., 4.]]
    assert chosen.dtype == torch.float64


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
def test_broken_prediction_at_a_valid_pixel_is_an_error_with_a_count(value):
    pred = torch.full((2, 1, 3), value)
    with pytest.raises(NonFinitePredictionError, match='2 valid pixels') as caught:
        select_valid(pred, torch.zeros(2, 1, 3), torch.tensor([[True, True, False]]))
    assert caught.value.count == 2


def test_sum_does_not_depend_on_the_order():
    records = [(random.Random(i).uniform(-1e9, 1e9), 1.) for i in range(200)]
    expected = add_records(records, 2)
    random.Random(0).shuffle(records)
    assert add_records(records, 2) == expected
    assert expected[1] == 200


def test_no_records_are_zeros():
    assert add_records([], 3) == (0., 0., 0.)
