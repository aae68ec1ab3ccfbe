"""The k-d tree is scikit-learn's."""

import numpy as np
import pytest
from sklearn.neighbors import KDTree

from mmmtl.testing.votes import AWKWARD, awkward_votes

pytest.importorskip('numba')
from mmmtl.clustering.kernels.tree import (
    box_square,
    boxes_square,
    build_tree,
    push_children,
    taken_whole,
)


@pytest.mark.parametrize('count', (1, 2, 30, 61, 62, 1000))
@pytest.mark.parametrize('kind', AWKWARD)
def test_same_votes_in_the_same_nodes(kind: str, count: int) -> None:
    votes = awkward_votes(kind, count, 1)
    tree = build_tree(votes)
    _, index, nodes, bounds = KDTree(votes, leaf_size=30).get_arrays()
    np.testing.assert_array_equal(tree.start, nodes['idx_start'])
    np.testing.assert_array_equal(tree.end, nodes['idx_end'])
    np.testing.assert_array_equal(tree.box.reshape(-1, 2, 2).transpose(2, 0, 1), bounds)
    np.testing.assert_array_equal(np.stack((tree.x, tree.y), 1), votes[tree.index])
    for start, end in zip(tree.start, tree.end, strict=True):
        assert set(tree.index[start:end]) == set(index[start:end])


def test_taken_whole_by_the_farthest_corner() -> None:
    tree = build_tree(np.random.default_rng(0).random((200, 2)))
    corner = np.hypot(tree.box[0, 1], tree.box[0, 3])
    leaf = len(tree.start) - 1
    assert taken_whole(tree.box, leaf, 0., 0., corner * 1.0001)
    assert taken_whole(tree.box, 0, 0., 0., corner * 1.0001)
    assert not taken_whole(tree.box, 0, 0., 0., corner * 0.9999)


def test_distance_of_boxes_is_that_of_their_nearest_points() -> None:
    tree = build_tree(np.random.default_rng(0).random((200, 2)))
    bounds = (0.3, 0.35, 0.9, 1.5)
    grid = np.stack(np.meshgrid(np.linspace(*bounds[:2], 40), np.linspace(*bounds[2:], 40)), 2)
    for node in range(len(tree.start)):
        nearest = min(box_square(tree.box, node, x, y) for x, y in grid.reshape(-1, 2))
        assert boxes_square(tree.box, node, bounds) == pytest.approx(nearest, abs=2e-2)


def test_children_lie_within_their_node() -> None:
    tree = build_tree(np.random.default_rng(0).random((200, 2)))
    stack = np.full(4, -1, np.int32)
    assert push_children(stack, 1, 1) == 3
    _, first, second, _ = stack
    assert tree.start[first] == tree.start[1] and tree.end[first] == tree.start[second]
    assert tree.end[second] == tree.end[1]
