"""Objects, groups, void and distances of the truth."""

import numpy as np
import pytest

from mmmtl.evaluation.functional import count_overlaps, truth_segments
from mmmtl.evaluation.functional.instance_ap_truth import (
    FIRST,
    NOTHING,
    VOID,
    IdTable,
    rank_ids,
)


@pytest.mark.parametrize('scale', [1, 10**9])
def test_ranks(scale):
    ids = np.random.default_rng(0).integers(-30, 40, 200) * scale
    expected = np.unique(ids, return_inverse=True)
    for found, wanted in zip(rank_ids(ids), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert IdTable(ids[:0]).values.size == IdTable(ids[:0]).ranks(ids[:0]).size == 0


def test_objects_groups_and_void():
    semantic = np.array([[1, 1, 2, 2, 0, 255], [1, 1, 2, 1, 255, 255], [2, 0, 0, 1, 1, 255]])
    instances = np.array([[5, 5, 9, 9, 0, 0], [5, 0, 9, 9, 0, 3], [0, 4, 4, -7, 0, 3]])
    truth = truth_segments(instances, semantic, [1, 2])
    assert truth.labels.tolist() == [1, 2, 1, 2]  # groups of 1 and 2, then ids 5 and 9
    assert truth.is_group.tolist() == [True, True, False, False]
    assert truth.pixels.tolist() == [2, 1, 3, 4]
    group1, group2, five, nine = range(FIRST, FIRST + 4)
    np.testing.assert_array_equal(truth.at(np.arange(18)).reshape(3, 6), [
        [five, five, nine, nine, NOTHING, VOID],
        [five, group1, nine, nine, VOID, NOTHING],  # 3: mostly void, so neither
        [group2, NOTHING, NOTHING, NOTHING, group1, NOTHING]])


def test_tie_is_the_smaller_class():
    assert truth_segments(np.array([[3, 3]]), np.array([[2, 1]]), [1, 2]).labels.tolist() == [1]


def test_things_need_not_be_neighbours():
    truth = truth_segments(np.zeros((1, 3), int), np.array([[0, 1, 2]]), [2, 0])
    assert truth.labels.tolist() == [2, 0] and truth.is_group.all()


@pytest.mark.parametrize('shape', [(0, 0), (2, 3)])
def test_nothing(shape):
    truth = truth_segments(np.zeros(shape, np.int32), np.full(shape, 255), [1])
    assert truth.labels.size == truth.pixels.size == truth.is_group.size == 0


def test_other_shapes_are_an_error():
    with pytest.raises(ValueError, match=r'\(2, 2\).*\(2, 3\)'):
        truth_segments(np.zeros((2, 2), int), np.zeros((2, 3), int), [1])


@pytest.mark.parametrize('scale', [1, 10**12])
def test_counted_with_the_prediction_or_alone_or_by_numpy(scale):
    chance = np.random.default_rng(0)
    semantic = chance.integers(0, 4, (40, 50))
    semantic[semantic == 3] = 255
    instances = chance.integers(-1, 5, (40, 50)) * scale
    counted = count_overlaps(semantic, instances, chance.integers(0, 9, (40, 50)))
    for truth in (truth_segments(instances, semantic, [2, 1]),
                  truth_segments(instances, semantic, [2, 1], counted=counted)):
        wanted = [(label, ((instances == 0) & (semantic == label)).sum()) for label in (2, 1)]
        for number in np.unique(instances[instances > 0]):
            areas = np.bincount(semantic[instances == number])
            if areas.argmax() in (1, 2):
                wanted.append((areas.argmax(), areas.sum()))
        assert list(zip(truth.labels, truth.pixels, strict=True)) == wanted
        assert truth.is_group.sum() == 2 and 3 < len(wanted) < 6 + 1
