"""The ordering, by hand."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.ordering import order_votes
from mmmtl.clustering.kernels.tree import build_tree


def test_by_hand() -> None:
    """On a line at 0, 10, 1, 3, 6, 30, min_samples 2, radius 5."""
    votes = np.array([[0, 0], [10, 0], [1, 0], [3, 0], [6, 0], [30, 0]], float)
    tree = build_tree(votes)
    core = np.array([1, 4, 1, 2, 3, np.inf])[tree.index]
    ordering, core, reach, predecessor = order_votes(tree, core, 5.)
    assert list(ordering) == [0, 2, 3, 4, 1, 5]
    assert list(core) == [1, 4, 1, 2, 3, np.inf]
    assert list(reach) == [np.inf, 4, 1, 2, 3, np.inf]
    assert list(predecessor) == [-1, 4, 0, 2, 3, -1]
