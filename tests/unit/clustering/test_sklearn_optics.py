"""scikit-learn behind our arguments."""

import warnings

import numpy as np
from sklearn.cluster import OPTICS

from mmmtl.clustering.sklearn_optics import sklearn_labels
from mmmtl.testing.votes import awkward_votes


def test_labels_are_those_of_the_class() -> None:
    votes = awkward_votes('blobs', 100, 0)
    expected = OPTICS(min_samples=5, max_eps=1., eps=1., cluster_method='dbscan').fit(votes)
    np.testing.assert_array_equal(sklearn_labels(votes, 1., 5), expected.labels_)


def test_no_warning_where_nothing_is_near() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert (sklearn_labels(np.arange(20.).reshape(10, 2), 0.1, 2) == -1).all()
