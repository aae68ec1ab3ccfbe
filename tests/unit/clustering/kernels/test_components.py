"""Components of cells, and votes at their borders."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.cells import sort_into_cells
from mmmtl.clustering.kernels.components import (
    component_starts,
    join_cells,
    label_votes,
    take_cores,
)


def label(votes: list, core: list[bool], inside: float = 1., outside: float = 1.) -> tuple:
    """Labels for given cores, radius 1; None in place of those that are not certain."""
    order, x, y, start, near = sort_into_cells(np.array(votes, float), 0.7)
    core = np.array(core)[order]
    cores = take_cores(x, y, start, core)
    parent, certain = join_cells(*cores, near, inside, outside)
    first = component_starts(parent, start, order, core)
    labels, sure = label_votes(x, y, order, start, near, core, *cores, parent, first, inside,
                               outside)
    return list(labels) if certain and sure else None


def test_numbers_follow_the_first_cores() -> None:
    votes = [[9, 0], [5, 0], [0, 0], [9, 1], [0, 1], [5.5, 0]]
    assert label(votes, [False, True, True, True, True, True]) == [-1, 0, 1, 2, 1, 0]


def test_border_votes() -> None:
    """One before either start, one between two components, one out of reach."""
    votes = [[1, 0], [0, 0], [2, 0], [1, 0.1], [1, 1.2]]
    cores = [False, True, True, False, False]
    assert label(votes, cores) == [-1, 0, 1, -1, -1]
    votes[3] = [1, 0]
    assert label(votes, cores) == [-1, 0, 1, 0, -1]
    assert label(votes[::-1], cores[::-1]) == [-1, -1, 0, 1, 0]


def test_doubt_only_where_it_decides() -> None:
    square = [[0, 0], [1, 0], [1, 1], [0, 1]]  # sides in doubt
    assert label(square, [True] * 4, 0.9, 1.1) is None
    assert label([*square, [0.5, 0.5]], [True] * 5, 0.9, 1.1) == [0] * 5
    assert label([*square, [0.5, 0.5]], [False] * 4 + [True], 0.9, 1.1) == [-1] * 4 + [0]
    assert label([[0, 0], [1, 0]], [True, False], 0.9, 1.1) is None
