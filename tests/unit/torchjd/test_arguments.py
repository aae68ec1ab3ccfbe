"""Arguments of TorchJD's methods from what a config says."""

import pytest
import torch

pytest.importorskip('torchjd')

from mmmtl.torchjd.arguments import RowsOf, converted, projector_of, smoothed_method

NAMES = ('a', 'b', 'c')


def rows(present, number=3):
    return RowsOf(NAMES, number, present, torch.zeros((), dtype=torch.float64))


def test_numbers_per_task_are_cut_to_the_rows_that_are_there():
    by_name = converted('Constant', 'weights', dict(c=3, a=1, b=2), rows((0, 2)))
    assert by_name.tolist() == [1, 3] and by_name.dtype == torch.float64
    assert converted('Constant', 'weights', [1, 2, 3], rows((1, ))).tolist() == [2]
    assert converted('X', 'tau', [0.2, 0.3], rows((0, 2))).tolist() == [0.3]
    assert converted('NashMTL', 'n_tasks', None, rows((0, 2))) == 2


@pytest.mark.parametrize('value, message', [
    (dict(a=1, b=2), r"weights has values for \['a', 'b'\], but the tasks are \['a', 'b', 'c'\]"),
    ([1, 2], r'weights has 2 values for 3 tasks')])
def test_numbers_that_do_not_fit(value, message):
    with pytest.raises(ValueError, match=message):
        converted('Constant', 'weights', value, rows((0, 1)))


def test_projector():
    built = projector_of('UPGrad', dict(type='QuadprogProjector', norm_eps=1e-9))
    assert projector_of('UPGrad', built) is built and projector_of('UPGrad', None) is None
    with pytest.raises(ValueError, match="UPGrad: projector QuadprogProjector does not take 'x'"):
        projector_of('UPGrad', dict(type='QuadprogProjector', x=1))
    with pytest.raises(ValueError, match=r"UPGrad: projector=\{'type.* cannot be built: ") as error:
        projector_of('UPGrad', dict(type='QuadprogProjector', norm_eps='a'))
    assert isinstance(error.value.__cause__, TypeError)


def test_smoothed_method():
    given = smoothed_method(dict(type='mmmtl.CAGradWeighting', c=0.4))
    assert given == dict(method='CAGrad', c=0.4)
