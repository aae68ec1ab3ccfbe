"""Labels from the ordering."""

import numpy as np
import pytest

from mmmtl.clustering.sklearn_optics import sklearn_labels
from mmmtl.testing.votes import awkward_votes

pytest.importorskip('numba')
from mmmtl.clustering.kernels.graph import graph_labels


@pytest.mark.parametrize('eps', (0.3, 1., 13**0.5))
def test_labels_of_scikit_learn(eps: float) -> None:
    votes = awkward_votes('grid', 90, 0) * 0.5
    np.testing.assert_array_equal(graph_labels(votes, eps, 6), sklearn_labels(votes, eps, 6))
