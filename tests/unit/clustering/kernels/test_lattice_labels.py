"""The kernel for rounded votes, and when it leaves them to the other one."""

import numpy as np
import pytest

from mmmtl.testing.votes import awkward_votes

pytest.importorskip('numba')
from mmmtl.clustering.kernels.graph import graph_labels
from mmmtl.clustering.kernels.lattice_labels import lattice_labels, offsets

VOTES = awkward_votes('blobs', 400, 0)


@pytest.mark.parametrize('eps', (0.5, 1., 2.1))
@pytest.mark.parametrize('quantise', (1, 2, 4, 8))
def test_labels_of_the_rounded_votes(eps: float, quantise: int) -> None:
    for min_samples in (2, 9):
        labels = lattice_labels(VOTES, eps, min_samples, quantise, np.inf)
        np.testing.assert_array_equal(
            labels, graph_labels(np.rint(VOTES * quantise) / quantise, eps, min_samples))


def test_left_to_the_kernel_for_votes_as_they_are() -> None:
    assert lattice_labels(VOTES, 2., 5, 8) is None  # nearly as many bins as votes
    assert lattice_labels(VOTES, 2., 5, 64, np.inf) is None  # 51,000 steps within the radius
    assert lattice_labels(VOTES * 1e4, 2., 5, 4, np.inf) is None  # too far between
    assert lattice_labels(VOTES, 13**0.5, 5, 1, np.inf) is None  # 3 x 2 px: rounding decides
    scattered = np.stack(np.meshgrid(np.arange(0, 4000, 9.), np.arange(0, 900, 9.)), -1)
    scattered = scattered.reshape(-1, 2)
    assert lattice_labels(scattered, 2., 5, 1, np.inf) is None  # a tile for each vote


def test_offsets_nearest_first() -> None:
    dx, dy = offsets(5)
    assert len(dx) == 21 and (dx[0], dy[0]) == (0, 0)
    assert (np.diff(dx**2 + dy**2) >= 0).all()
