"""The k-d tree is scikit-learn's."""

import numpy as np
import pytest
from sklearn.neighbors import KDTree

from mmmtl.testing.votes import AWKWARD, awkward_votes

pytest.importorskip('numba')
from mmmtl.clustering.kernels.tree import build_tree, taken_whole


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
