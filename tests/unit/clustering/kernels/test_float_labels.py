"""When the kernel for labels leaves the answer to the ordering."""

import numpy as np
import pytest

pytest.importorskip('numba')
from mmmtl.clustering.kernels.float_labels import float_labels
from mmmtl.testing.votes import awkward_votes


def test_doubtful_distances() -> None:
    grid = np.stack(np.meshgrid(np.arange(9.), np.arange(9.)), -1).reshape(-1, 2)
    assert float_labels(3 * grid, 3., 4) is not None  # 3 px is 3 px
    votes = np.repeat([[0., 0.], [2., 3.]], 5, axis=0)
    assert float_labels(votes, 13**0.5, 5) is None
    assert float_labels(votes, 13**0.5 + 1e-9, 5) is not None


def test_extreme_radii() -> None:
    votes = awkward_votes('blobs', 50, 0)
    for eps in (1e-300, 1e-15, 1e-9):
        assert float_labels(votes, eps, 2) is None
    assert float_labels(votes, 1e9, 2).max() == 0
