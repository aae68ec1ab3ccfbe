"""Kernels are made ready once, and that is said."""

import pytest

from mmmtl.clustering import labels, optics, optics_labels, preparation, warm_up
from mmmtl.models.instance_clustering import OPTICSClustering
from mmmtl.testing.votes import awkward_votes

numba = pytest.importorskip('numba')


def test_said_once_and_nothing_compiled_later(monkeypatch: pytest.MonkeyPatch) -> None:
    said = []
    monkeypatch.setattr('mmengine.logging.print_log', lambda text, logger: said.append(text))
    preparation.ready.cache_clear()
    warm_up()
    warm_up()
    assert [text.split('(')[1][:6] for text in said] == ['labels', 'labels', 'orderi', 'orderi']
    assert 'at the first use of an installation' in said[0] and 'ready after' in said[1]

    def fail(event: object) -> None:
        raise AssertionError(f'compiled {event.data}')

    listener = numba.core.event.install_listener
    with listener('numba:compile', _Listener(fail)):
        for kind in ('grid', 'duplicates', 'scene'):
            votes = awkward_votes(kind, 200, 0)
            votes[0] = 1e5  # the way without a table of cells
            for quantise in (None, 1, 4):
                for dtype in 'fd':
                    optics_labels(votes.astype(dtype), 1.3, 5, quantise=quantise)
                    optics_labels(votes.astype(dtype), 13**0.5, 5, quantise=quantise)
            optics(votes, 5, 1.)
            optics(votes, 5, float('inf'))
    assert len(said) == 4


@pytest.mark.parametrize('method, parts', [('dbscan', ['labels']), ('xi', ['labels', 'ordering'])])
def test_optics_prepares_what_its_method_needs(
        monkeypatch: pytest.MonkeyPatch, method: str, parts: list[str]) -> None:
    prepared = []
    monkeypatch.setattr(preparation, 'ready', prepared.append)
    OPTICSClustering(cluster_method=method).warm_up()
    assert prepared == parts


def test_labels_that_need_the_ordering_prepare_it(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = []
    monkeypatch.setattr(labels, 'ready', prepared.append)
    grid = awkward_votes('grid', 200, 0)
    optics_labels(grid, 1.3, 5)
    assert prepared == ['labels']
    grid[0] = 1e7  # beside which cells of 1e-6 cannot be told apart
    optics_labels(grid, 1e-6, 5)
    assert prepared == ['labels', 'labels', 'ordering']


class _Listener(numba.core.event.Listener):
    """Calls a function when a compilation starts."""

    def __init__(self, on_start) -> None:
        self._on_start = on_start

    def on_start(self, event: object) -> None:
        self._on_start(event)

    def on_end(self, event: object) -> None:
        pass
