"""Distances of segments against numpy's medians."""

import numpy as np
import pytest

from mmmtl.evaluation.functional import Disparity, segment_distances, truth_segments

IDS = [0, 1, 2, 3, 4, 5]  # 0 is the group


def maps(scale: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Instances, and depth with holes, infinity and one segment that was not measured."""
    chance = np.random.default_rng(1)
    instances = chance.integers(0, 6, (30, 31))
    depth = chance.random((30, 31)) * 100
    depth[chance.random((30, 31)) < 0.4] = np.nan
    depth[instances == 3] = np.nan
    depth[0, 0], instances[0, 0] = np.inf, 1
    return instances * scale, depth


def check(instances: np.ndarray, metres: np.ndarray, found: tuple, scale: int = 1) -> None:
    for number, value in enumerate(IDS):
        known = metres[instances == value * scale]
        known = known[~np.isnan(known)]
        assert found[0][number] == (np.median(known) if known.size else -1)
        assert found[1][number] == known.size / (instances == value * scale).sum()


@pytest.mark.parametrize('scale', [1, 10**12])
@pytest.mark.parametrize('dtype', [np.float64, np.float32, np.float16])
def test_medians_of_what_was_measured(scale: int, dtype: type) -> None:
    instances, depth = maps(scale)
    depth = depth.astype(dtype)
    truth = truth_segments(instances, np.ones((30, 31), int), [1])
    check(instances, depth.astype(np.float64), segment_distances(truth, depth), scale)


@pytest.mark.parametrize('dtype', [np.float64, np.float32])
def test_disparity(dtype: type) -> None:
    """As if the whole map were divided, infinity (0) and values below it included."""
    instances, values = maps()
    values = values.astype(dtype)
    values[instances == 2] = 0
    values[5] *= -1
    disparity = Disparity(values, 371.3)
    with np.errstate(divide='ignore'):
        metres = 371.3 / values.astype(np.float64)
    np.testing.assert_array_equal(disparity.metres(), metres)
    truth = truth_segments(instances, np.ones((30, 31), int), [1])
    check(instances, metres, segment_distances(truth, disparity))


def test_what_is_no_segment() -> None:
    """Stuff, void, negative ids and ids of stuff have no distance; maps need not be contiguous."""
    semantic = np.array([[0, 255, 1, 1], [0, 0, 1, 255]]).T
    instances = np.array([[0, 0, -4, 7], [9, 9, 7, 8]]).T
    depth = np.arange(8.).reshape(2, 4).T
    truth = truth_segments(instances, semantic, [1])
    distances, shares = segment_distances(truth, depth)
    assert distances.tolist() == [4.5] and shares.tolist() == [1]


def test_nothing() -> None:
    truth = truth_segments(np.zeros((2, 3), int), np.full((2, 3), 255), [1])
    assert all(one.size == 0 for one in segment_distances(truth, np.ones((2, 3))))


def test_another_shape() -> None:
    truth = truth_segments(np.zeros((2, 3), int), np.full((2, 3), 255), [1])
    with pytest.raises(ValueError, match=r'distances has shape \(3, 2\), the truth \(2, 3\)'):
        segment_distances(truth, np.ones((3, 2)))
