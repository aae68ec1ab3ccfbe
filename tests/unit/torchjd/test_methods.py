"""The table of TorchJD's quirks against the installed library."""

import pytest
import torch

aggregation = pytest.importorskip('torchjd.aggregation')

from mmmtl.torchjd import methods  # noqa: E402
from mmmtl.torchjd.methods import known_scalarizers, quirks_of, torchjd_methods  # noqa: E402


def test_the_library_is_not_shadowed():
    assert aggregation.UPGrad.__module__.startswith('torchjd.')
    assert torchjd_methods()['UPGrad'] is aggregation.UPGrad


def test_every_row_is_of_a_method_that_there_is():
    assert set(methods._METHODS) <= set(torchjd_methods())
    assert set(methods.SMALLEST_LOSS) <= set(known_scalarizers())


@pytest.mark.parametrize('name', [
    name for name, quirks in methods._METHODS.items() if quirks.gramian_is_enough])
def test_what_is_marked_is_not_gramian_weighted_in_the_library(name):
    cls = torchjd_methods()[name]
    assert not issubclass(cls, aggregation.GramianWeightedAggregator)
    assert issubclass(cls, aggregation.WeightedAggregator)


@pytest.mark.parametrize('name, options', [
    ('Krum', dict(n_byzantine=1)), ('Krum', dict(n_byzantine=1, n_selected=5)),
    ('TrimmedMean', dict(trim_number=2))])
def test_fewest_rows(name, options):
    least = quirks_of(name).min_rows(options)
    method = torchjd_methods()[name](**options)
    method(torch.rand(least, 8))
    with pytest.raises(ValueError):
        method(torch.rand(least - 1, 8))


def test_weights_of_few_rows():
    gramian = torch.diag(torch.tensor([4.0]))
    assert quirks_of('Krum').weights_of_few(torch.eye(3), {}).tolist() == pytest.approx([1 / 3] * 3)
    weight, = quirks_of('NashMTL').weights_of_few(gramian, dict(max_norm=0))
    assert float(gramian[0, 0] * weight) == pytest.approx(1 / float(weight))  # G a = 1 / a
