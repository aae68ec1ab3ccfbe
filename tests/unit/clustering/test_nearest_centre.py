"""Peaks of the density of votes."""

import numpy as np
import pytest

from mmmtl.clustering.nearest_centre import nearest_centre_labels


def test_blobs_and_a_lone_vote():
    rng = np.random.default_rng(0)
    centres = np.array([[10, 10], [30, 12], [20, 40]])
    truth = np.repeat(np.arange(3), [300, 200, 100])
    votes = centres[truth] + rng.normal(0, 0.7, (600, 2))
    votes = np.concatenate([votes, [[60, 60]]]).astype(np.float32)
    labels = nearest_centre_labels(votes, 3.0, 20, reach=8.0)
    np.testing.assert_array_equal(labels, [*truth, -1])  # ordered by height


@pytest.mark.parametrize(('count', 'label'), [(39, -1), (40, 0)])
def test_a_peak_needs_min_samples(count, label):
    votes = np.full((count, 2), 7.3, np.float32)
    assert (nearest_centre_labels(votes, 2.0, 40, reach=5.0) == label).all()


def test_equal_peaks_within_eps_are_one():
    votes = np.repeat(np.array([[5.0, 5.0], [5.5, 5.0]], np.float32), 50, axis=0)
    assert (nearest_centre_labels(votes, 2.0, 20, reach=5.0) == 0).all()


def test_votes_far_apart_do_not_need_a_huge_histogram():
    votes = np.array([[0, 0]] * 30 + [[3e4, 3e4]] * 30, np.float32)
    labels = nearest_centre_labels(votes, 2.0, 20, reach=20.0)
    assert sorted(set(labels.tolist())) == [0, 1]


def test_no_votes():
    assert len(nearest_centre_labels(np.empty((0, 2), np.float32), 2.0, 20, 5.0)) == 0
