"""Votes to instances, against brute force, scipy and the truth that the votes were made from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.special import softmax
from sklearn.cluster import DBSCAN

from mmmtl.clustering import instances
from mmmtl.clustering.instances import (
    Grouping,
    adopt_noise,
    class_probability,
    cluster_votes,
    find_instances,
    thing_pixels,
    votes_of,
)

THINGS = (2, 5)


@pytest.fixture(params=['compiled', 'numpy'], autouse=True)
def _both_ways(request, monkeypatch):
    if request.param == 'numpy':
        monkeypatch.setattr(instances, '_kernels', lambda: None)
    elif instances._kernels() is None:
        pytest.skip('needs numba')


def scene(seed, size=(40, 60)):
    """Boxes of two thing classes on stuff: classes, instance ids, perfect vectors."""
    rng = np.random.default_rng(seed)
    semantic, ids = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for number in range(1, 8):
        y, x = rng.integers(0, size[0] - 8), rng.integers(0, size[1] - 8)
        height, width = rng.integers(3, 9, 2)
        box = np.s_[y:y + height, x:x + width]
        semantic[box], ids[box] = rng.choice(THINGS), number
    vectors = np.full((2, *size), np.nan, np.float32)
    for number in np.unique(ids[ids > 0]):
        y, x = np.nonzero(ids == number)
        semantic[y, x] = np.bincount(semantic[y, x]).argmax()
        vectors[:, y, x] = x.mean() - x, y.mean() - y
    return semantic, ids, vectors


def run(semantic, vectors, cluster, min_area=1, noise_bound=0.0):
    pixels = {c: np.flatnonzero(semantic == c) for c in THINGS}
    chances = {c: np.linspace(0, 1, len(index), dtype=np.float32) for c, index in pixels.items()}
    things = {c: Grouping(cluster, noise_bound, min_area) for c in THINGS}
    asked = []

    def probability(label, index):
        asked.append(label)
        np.testing.assert_array_equal(index, pixels[label])
        return chances[label]

    found = find_instances(semantic, vectors, things, probability)
    assert asked == [c for c in THINGS if len(pixels[c])]
    return found, chances, pixels


def tight(votes):
    return DBSCAN(eps=0.01, min_samples=1).fit_predict(votes)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_perfect_vectors_give_the_instances(seed):
    semantic, ids, vectors = scene(seed)
    found, chances, pixels = run(semantic, vectors, tight)
    assert ((found.instance_map > 0) == (ids > 0)).all()
    pairs = {(a, b) for a, b in zip(ids[ids > 0], found.instance_map[ids > 0], strict=True)}
    # one to one, but for instances of a class whose centres are the same point
    assert len(pairs) == len(np.unique(ids[ids > 0])) >= len(found.labels)
    chance = np.zeros(ids.size)
    for c, index in pixels.items():
        chance[index] = chances[c]
    numbers = np.arange(1, len(found.labels) + 1)
    expected = ndimage.mean(chance.reshape(ids.shape), found.instance_map, numbers)
    np.testing.assert_allclose(found.scores, expected, atol=1e-6)
    assert (ndimage.maximum(semantic, found.instance_map, numbers) == found.labels).all()
    assert found.instance_map.dtype == np.int32


def test_small_instances_leave_no_gap_in_the_numbers():
    semantic, ids, vectors = scene(3)
    everything = run(semantic, vectors, tight)[0]
    areas = np.bincount(everything.instance_map.ravel())[1:]
    least = int(np.median(areas))
    found = run(semantic, vectors, tight, min_area=least)[0]
    assert len(found.labels) == (areas >= least).sum() < len(areas)
    assert set(np.unique(found.instance_map)) == set(range(len(found.labels) + 1))


def test_each_class_is_grouped_in_its_own_way():
    """The same vectors; class 2 is clustered and class 5 one instance, or none if it is small."""
    semantic, _, vectors = scene(3)
    index = {c: np.flatnonzero(semantic == c) for c in THINGS}
    alone = [run(np.where(semantic == c, c, 0), vectors, tight)[0] for c in THINGS]
    whole = Grouping(lambda votes: np.zeros(len(votes), int), 0., len(index[5]))
    for grouping, expected in ((whole, 1), (whole._replace(min_area=len(index[5]) + 1), 0)):
        found = find_instances(semantic, vectors, {2: Grouping(tight, 0., 1), 5: grouping},
                               lambda label, index: np.ones(len(index), np.float32))
        assert list(found.labels) == [2] * len(alone[0].labels) + [5] * expected
        np.testing.assert_array_equal(found.instance_map.ravel()[index[2]],
                                      alone[0].instance_map.ravel()[index[2]])
        assert (found.instance_map.ravel()[index[5]] > 0).all() == bool(expected)


def test_frames_of_stuff_alone_and_of_one_thing():
    for label in (0, 2):
        semantic = np.full((6, 9), label)
        found = run(semantic, np.zeros((2, 6, 9), np.float32),
                    lambda votes: np.zeros(len(votes), int))[0]
        assert len(found.labels) == (label == 2)
        assert (found.instance_map == (label == 2)).all()


def test_pixels_of_each_class():
    semantic = np.random.default_rng(0).integers(0, 7, (20, 30))
    semantic[0, 0] = 255
    pixels = thing_pixels(semantic, (6, 1))
    assert list(pixels) == [1, 6]
    for label, index in pixels.items():
        np.testing.assert_array_equal(index, np.flatnonzero(semantic == label))
    assert thing_pixels(semantic, ()) == {}


def test_votes_are_pixel_plus_vector():
    vectors = np.random.default_rng(0).normal(size=(2, 4, 5)).astype(np.float32)
    votes = votes_of(vectors, np.array([7, 19]))
    expected = [[2 + vectors[0, 1, 2], 1 + vectors[1, 1, 2]],
                [4 + vectors[0, 3, 4], 3 + vectors[1, 3, 4]]]
    np.testing.assert_array_equal(votes, np.array(expected, np.float32))


@pytest.mark.parametrize('scale', [1, 30, 1e4])
def test_probability_is_softmax(scale):
    rng = np.random.default_rng(0)
    logits = (scale * rng.normal(size=(19, 1500))).astype(np.float32)
    pixels = rng.permutation(1500)[:1100]
    expected = softmax(logits.astype(np.float64), axis=0)[4, pixels]
    np.testing.assert_allclose(class_probability(logits, 4, pixels), expected, atol=1e-6)


def test_probability_where_logits_are_not_numbers():
    logits = np.zeros((3, 5), np.float32)
    logits[1, 0], logits[2, 1], logits[0, 2], logits[0, 3] = np.nan, np.nan, -np.inf, np.inf
    logits[1, 4] = np.inf
    np.testing.assert_allclose(class_probability(logits, 1, np.arange(5)), [0, 0, 0.5, 0, 0],
                               atol=1e-30)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.1, 20))
def test_noise_goes_to_the_nearest_centre(seed, bound):
    rng = np.random.default_rng(seed)
    votes = rng.uniform(0, 30, (60, 2)).astype(np.float32)
    labels = rng.integers(-1, rng.integers(1, 5), 60)
    adopted = adopt_noise(votes, labels, bound)
    for vote, before, after in zip(votes, labels, adopted, strict=True):
        distance = {c: np.hypot(*(vote - votes[labels == c].mean(0, dtype=np.float64)))
                    for c in set(labels.tolist()) - {-1}}
        nearest = min(distance, key=distance.get, default=-1)
        assert after == (before if before >= 0 else
                         nearest if distance and distance[nearest] < bound else -1)
    assert (adopt_noise(votes, labels, 0) == labels).all()


def test_strange_votes_are_noise():
    votes = np.array([[np.nan, 1], [1, np.inf], [-1e9, 0], [2, 1e30], [3, 3], [-4, 3]], np.float32)
    seen = []

    def cluster(kept):
        seen.append(kept)
        return np.zeros(len(kept), int)

    labels = cluster_votes(votes, (4, 5), cluster, 1.0)
    np.testing.assert_array_equal(labels, [-1, -1, -1, -1, 0, 0])
    np.testing.assert_array_equal(seen[0], votes[4:])
    assert (cluster_votes(votes[:4], (4, 5), cluster, 1.0) == -1).all()
    assert len(cluster_votes(votes[:0], (4, 5), cluster, 1.0)) == 0
    assert len(seen) == 1
