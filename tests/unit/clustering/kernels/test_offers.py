"""Offers of votes in the ordering, against all distances."""

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.offers import GROWTH, Offer, offer_to_leaf, spread, widen
from mmmtl.clustering.kernels.ordering_state import State, refresh, start_state
from mmmtl.clustering.kernels.tree import build_tree

COUNT = 400


@pytest.fixture
def state() -> State:
    """Votes in a square of side 1, none of them in the ordering, of core distance 0.1 to 0.2."""
    rng = np.random.default_rng(1)
    tree = build_tree(rng.random((COUNT, 2)))
    return start_state(tree, rng.uniform(0.1, 0.2, COUNT), 0.5)


def reachability(state: State, offer: Offer, distance: float) -> np.ndarray:
    """By slot, from all distances; inf beyond a distance."""
    far = np.hypot(state.tree.x - offer.x, state.tree.y - offer.y)
    return np.where(far <= distance, np.maximum(far, offer.core), np.inf)


def test_a_leaf_takes_what_is_less_or_was_offered_earlier(state: State) -> None:
    leaf = len(state.tree.start) - 1
    first = state.tree.start[leaf]
    reach, by = state.votes.reach, state.votes.by
    offer = Offer(state.tree.x[first], state.tree.y[first], 0.2, 7)
    assert offer_to_leaf(state, leaf, offer, 0.25)
    expected = reachability(state, offer, 0.5)
    expected[:first] = np.inf
    np.testing.assert_allclose(reach, expected, rtol=1e-14)
    assert not offer_to_leaf(state, leaf, offer._replace(place=8), 0.25)
    np.testing.assert_array_equal(by, np.where(np.isinf(expected), -1, 7))
    assert offer_to_leaf(state, leaf, offer._replace(place=6), 0.25)
    np.testing.assert_array_equal(by, np.where(np.isinf(expected), -1, 6))


@pytest.mark.parametrize('distance', (0.15, 0.3, 9.))
def test_spread_reaches_all_within_a_distance(state: State, distance: float) -> None:
    """Not farther than max_eps, 0.5."""
    offer = Offer(0.4, 0.6, 0.12, 0)
    spread(state, offer, distance, np.empty(128, np.int32))
    np.testing.assert_allclose(
        state.votes.reach, reachability(state, offer, min(distance, 0.5)), rtol=1e-14)


def test_widen_covers_more_until_all_is_covered(state: State) -> None:
    """Of two votes in the ordering, both of one leaf; the other leaves have none."""
    leaf = len(state.tree.start) // 2
    state.nodes.alive[leaf] -= 2
    taken = state.tree.start[leaf] + state.nodes.alive[leaf] + np.arange(2)
    state.votes.placed[taken] = 0, 1
    state.nodes.covered[leaf] = 0.
    refresh(state, leaf)
    left = np.setdiff1d(np.arange(COUNT), taken)
    covered = [0.]
    while covered[-1] < np.inf:
        widen(state, 0.23 if len(covered) == 1 else np.inf, 0.01, np.empty(128, np.int32))
        covered.append(state.nodes.covered[leaf])
        assert state.nodes.lazy[0] == covered[-1]
        offers = [Offer(state.tree.x[s], state.tree.y[s], state.votes.core[s], 0) for s in taken]
        radius = min(covered[-1], 0.5)
        expected = np.minimum(*[reachability(state, offer, radius) for offer in offers])[left]
        found = state.votes.reach[left]
        within = expected <= radius
        np.testing.assert_allclose(found[within], expected[within], rtol=1e-14)
        assert (found[~within] > radius).all()
    assert covered[1] >= 0.23
    for before, after in pairwise(covered):
        assert after >= min(max(GROWTH * before, before + 0.01), 0.5)
