"""Records of one frame: intersections, errors, and many frames as one."""

import numpy as np
import pytest

from mmmtl.evaluation.functional import (
    InstanceMatches,
    count_overlaps,
    match_map,
    match_masks,
    truth_segments,
)
from mmmtl.evaluation.functional.instance_ap_matches import join_matches

SEMANTIC = np.array([[1, 1, 2, 255], [1, 0, 2, 255]])
INSTANCES = np.array([[4, 4, 0, 0], [4, 0, 6, 0]])
PRED = np.array([[3, 3, 8, 8], [0, 3, 8, 5]])


def match(ids=(3, 5, 8, 9), labels=(1, 1, 2, 1), pred=PRED) -> InstanceMatches:
    truth = truth_segments(INSTANCES, SEMANTIC, [1, 2])
    scores = np.linspace(0.1, 0.4, len(ids))
    return match_map(pred, np.array(ids), np.array(labels), scores, truth, [1, 2])


def test_by_hand():
    record = match()
    assert record.pred_labels.tolist() == [1, 1, 2]  # 9 has no pixel
    assert record.pred_pixels.tolist() == [3, 1, 3]
    assert record.pred_void.tolist() == [0, 1, 1]
    assert record.truth_labels.tolist() == [2, 1, 2]  # group, 4, 6
    assert record.pairs.tolist() == [[0, 1, 2], [2, 0, 1], [2, 2, 1]]
    assert record.truth_distances.tolist() == [-1] * 3 and not record.has_distances


def test_stuff_is_left_out():
    record = match(labels=(0, 1, 2, 1))
    assert record.pred_labels.tolist() == [1, 2]
    assert record.pairs.tolist() == [[1, 0, 1], [1, 2, 1]]


@pytest.mark.parametrize(('changes', 'text'), [
    (dict(ids=(3, 5), labels=(1, 1)), 'value 8, which is not among the listed ids'),
    (dict(ids=(), labels=()), 'value 3, which is not'),
    (dict(ids=(3, 3, 5, 8)), 'listed twice'),
    (dict(labels=(1, 1)), r'must be \(K,\)'),
    (dict(pred=PRED[:1]), r'\(1, 4\).*\(2, 4\)'),
])
def test_errors(changes, text):
    with pytest.raises(ValueError, match=text):
        match(**changes)


def test_as_many_predictions_as_pixels():
    """A table of all pairs would have 4e9 cells."""
    shape = (256, 256)
    numbers = np.arange(1, 65537)
    instances = numbers.reshape(shape)[::-1]
    truth = truth_segments(instances, np.ones(shape, int), [1])
    record = match_map(numbers.reshape(shape), numbers, np.ones(65536, int), np.ones(65536),
                       truth, [1])
    assert record.pairs.shape == (65536, 3) and (record.pairs[:, 2] == 1).all()


@pytest.mark.parametrize('scale', [1, 10**12])
@pytest.mark.parametrize('salt', [0, 1])
def test_random_maps_against_masks_one_by_one(scale, salt):
    """Blocks of equal pixels, or every pixel another; counted by the caller, or here."""
    chance = np.random.default_rng(salt)
    cell = 1 if salt else 12
    semantic, instances, pred = (
        chance.integers(low, high, (48 // cell, 60 // cell)).repeat(cell, 0).repeat(cell, 1)
        for low, high in ((0, 4), (-1, 6), (0, 9)))
    semantic[semantic == 3] = 255
    instances, pred = instances * scale, np.roll(pred, 5, (0, 1)) * scale
    ids = chance.permutation(np.arange(1, 10)) * scale  # 9 is nowhere
    labels, scores = chance.integers(0, 3, 9), chance.random(9)
    truth = truth_segments(instances, semantic, [1, 2])
    counted = count_overlaps(semantic, instances, pred)
    order = np.argsort(ids)
    wanted = match_masks([pred == i for i in ids], labels, scores, truth, [1, 2])
    for found in (match_map(pred, ids, labels, scores, truth, [1, 2]),
                  match_map(pred, ids, labels, scores, truth, [1, 2], counted=counted)):
        for name in ('pred_labels', 'pred_scores', 'pred_pixels', 'pred_void', 'truth_pixels'):
            np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))
        # pairs are in the order of the map's values, those of masks in the order of the masks
        assert sorted(found.pairs.tolist()) == wanted.pairs.tolist() != []
        kept = np.flatnonzero(np.isin(labels, [1, 2]) & np.isin(ids, pred))
        assert [kept[row[0]] for row in found.pairs] == sorted(
            (kept[row[0]] for row in wanted.pairs), key=order.argsort().__getitem__)


def test_joining_renumbers():
    one = match()
    two = join_matches([one, InstanceMatches(), one])
    assert two.pred_labels.size == 6 and two.truth_pixels.size == 6
    assert two.pairs[3:].tolist() == (one.pairs + (3, 3, 0)).tolist()
    assert join_matches([]).pairs.shape == (0, 3)


def test_no_masks():
    truth = truth_segments(INSTANCES, SEMANTIC, [1, 2])
    record = match_masks([], np.zeros(0, int), np.zeros(0), truth, [1, 2])
    assert record.pred_labels.size == 0 and record.truth_labels.size == 3
