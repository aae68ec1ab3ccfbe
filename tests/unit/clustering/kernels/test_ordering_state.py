"""What nodes say of the votes that are left, against a look at all of them."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.ordering_state import NOBODY, refresh, start_state, widened_square
from mmmtl.clustering.kernels.tree import build_tree

COUNT = 500


def test_refresh_says_what_a_look_at_all_says() -> None:
    """Few values, so that ties are broken by index; some votes and one leaf are used up."""
    rng = np.random.default_rng(0)
    state = start_state(build_tree(rng.random((COUNT, 2))), np.ones(COUNT), 5.)
    tree, nodes = state.tree, state.nodes
    leaves = range(len(tree.start) // 2, len(tree.start))
    state.votes.reach[:] = rng.choice([1, 2, 2.5, np.inf], COUNT, p=[0.01, 0.49, 0.49, 0.01])
    for leaf in leaves:
        nodes.alive[leaf] -= rng.integers(0, 4)
        nodes.covered[leaf] = rng.choice([-1, 0, 2, np.inf])
    nodes.alive[leaves[3]] = 0
    for leaf in leaves:
        refresh(state, leaf)
    for node in range(len(tree.start)):
        below = [leaf for leaf in leaves
                 if tree.start[node] <= tree.start[leaf] < tree.end[node]]
        left = np.concatenate([np.arange(nodes.alive[leaf]) + tree.start[leaf] for leaf in below])
        pairs = sorted(zip(state.votes.reach[left], tree.index[left], strict=True))
        assert (nodes.least[node], nodes.who[node]) == (pairs[0] if pairs else (np.inf, NOBODY))
        assert nodes.most[node] == (pairs[-1][0] if pairs else -np.inf)
        covered = nodes.covered[below]
        assert nodes.lazy[node] == min(covered[covered >= 0], default=np.inf)


def test_widened_square_leaves_room_for_rounding() -> None:
    for distance in (0., 1e-14, 0.1, 7.3):
        largest = distance + 1e-15  # distances up to here may round to the same 15 decimals
        assert largest**2 <= widened_square(distance) <= (distance * (1 + 1e-13) + 1e-14)**2
