"""Mixtures of features, by hand."""

import pytest
import torch

from mmmtl.models.backbones.cross_stitch_units import CrossStitchUnit, SourceMixture, make_units

FEATURES = {'a': torch.full((1, 2, 1, 1), 1.), 'b': torch.full((1, 2, 1, 1), 10.),
            'c': torch.full((1, 2, 1, 1), 100.)}


def test_authors_mixture_starts_as_the_sum_and_is_one_for_all_tasks():
    unit = SourceMixture(tuple(FEATURES))
    assert [x[0, 0].item() for x in unit(FEATURES).values()] == [111.] * 3
    unit.weight.data = torch.tensor([1., 0.5, 0.])
    assert [x[0, 0].item() for x in unit(FEATURES).values()] == [6.] * 3
    assert unit.weight.numel() == 3


def test_misras_matrix_has_a_row_per_target():
    unit = CrossStitchUnit(tuple(FEATURES))
    mixed = unit(FEATURES)
    assert mixed['a'][0, 0].item() == pytest.approx(0.9 + 0.05 * 110)
    assert mixed['b'][0, 0].item() == pytest.approx(0.9 * 10 + 0.05 * 101)
    unit.weight.data = torch.tensor([[0., 1., 0.], [0., 0., 1.], [1., 0., 0.]])
    assert [x[0, 0].item() for x in unit(FEATURES).values()] == [10., 100., 1.]
    assert unit.weight.numel() == 9


def test_rows_sum_to_one_at_the_start():
    for count in (1, 2, 5):
        unit = CrossStitchUnit([str(i) for i in range(count)])
        torch.testing.assert_close(unit.weight.sum(1), torch.ones(count))


def test_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"units must be one of \['source', 'matrix'\], got 'x'"):
        make_units('x', ['a'], 1)


def test_the_matrix_in_double():
    matrix = CrossStitchUnit(['a', 'b', 'c'], own=0.9).double().weight
    assert matrix.tolist() == [[0.9 if i == j else (1 - 0.9) / 2 for j in range(3)]
                               for i in range(3)]
