"""The choice between numba and scikit-learn."""

import importlib
import sys
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from mmmtl.clustering import backend, optics, optics_labels, warm_up
from mmmtl.testing.votes import awkward_votes

VOTES = awkward_votes('blobs', 80, 1)


@pytest.fixture
def no_numba(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment without numba."""
    monkeypatch.setitem(sys.modules, 'numba', None)
    caches = (backend.why_no_numba, backend._warn_of_fallback)
    for function in caches:
        function.cache_clear()
    yield
    for function in caches:
        function.cache_clear()


def test_fallback_says_once_that_it_is_one(no_numba: None) -> None:
    with pytest.warns(UserWarning, match='falls back on scikit-learn.*pip install numba'):
        labels = optics_labels(VOTES, 1., 5)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        arrays = optics(VOTES, 5, 1.)
        warm_up()
    np.testing.assert_array_equal(labels, optics_labels(VOTES, 1., 5, backend='sklearn'))
    assert len(arrays.ordering) == len(VOTES)


def test_numba_asked_for_and_absent(no_numba: None) -> None:
    with pytest.raises(ImportError, match=r"backend='numba' needs numba \(pip install numba\)"):
        optics_labels(VOTES, 1., 5, backend='numba')


def test_auto_takes_numba() -> None:
    pytest.importorskip('numba')
    assert backend.choose_backend('auto') == 'numba'


def test_import_does_not_need_numba(no_numba: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith('mmmtl.clustering')]:
        monkeypatch.delitem(sys.modules, name)
    assert importlib.import_module('mmmtl.clustering').optics_labels is not optics_labels
