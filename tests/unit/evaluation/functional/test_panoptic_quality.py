"""Panoptic quality: cases by hand, a brute force over masks, and rules of void and crowds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmmtl.evaluation.functional import compute_panoptic_quality, panoptic_quality_sums

ROAD, SKY, CAR, PERSON, VOID = 0, 1, 2, 3, 255
THINGS, CLASSES = (CAR, PERSON), 4


def sums(pred, semantic, instance=None):
    semantic = np.atleast_2d(semantic)
    instance = np.zeros_like(semantic) if instance is None else np.atleast_2d(instance)
    return panoptic_quality_sums(np.atleast_2d(pred), semantic, instance, CLASSES, THINGS)


def brute_force(pred, semantic, instance):
    """The definition in masks. Truth: list of (class, mask); void; crowd of each class."""
    truth = [(c, (semantic == c) & ~np.isin(instance, instance[instance > 0]))
             for c in range(CLASSES) if c not in THINGS]
    crowd = {c: (semantic == c) & (instance == 0) for c in THINGS}
    void = (semantic == VOID) & (instance == 0)
    for number in np.unique(instance[instance > 0]):
        mask = instance == number
        votes = [(semantic[mask] == c).sum() for c in range(CLASSES)]
        if int(np.argmax(votes)) in THINGS and max(votes) >= (semantic[mask] == VOID).sum():
            truth.append((int(np.argmax(votes)), mask))
        else:  # no instance of a thing: counts by its semantics
            void |= mask & (semantic == VOID)
            for c in range(CLASSES):
                if c in THINGS:
                    crowd[c] |= mask & (semantic == c)
                else:
                    truth[c] = (c, truth[c][1] | mask & (semantic == c))
    truth = [(c, mask) for c, mask in truth if mask.any()]
    found = [(v // 1000, pred == v) for v in np.unique(pred) if v >= 0]
    result = np.zeros((CLASSES, 4))
    matched = set()
    for c, mask in truth:
        for k, (other, guess) in enumerate(found):
            iou = (mask & guess).sum() / ((mask | guess) & ~(void & ~mask)).sum()
            if c == other and iou > 0.5:
                result[c] += iou, 1, 0, 0
                matched.add(k)
                break
        else:
            result[c, 3] += 1
    for k, (c, guess) in enumerate(found):
        free = void | crowd[c] if c in crowd else void
        if k not in matched and (guess & free).sum() / guess.sum() <= 0.5:
            result[c, 2] += 1
    return result


SHAPE = (3, 5)
SEGMENTS = st.sampled_from([-1, 0, 1000, 2001, 2002, 3001, 2000])


@given(arrays(np.int64, SHAPE, elements=SEGMENTS),
       arrays(np.int64, SHAPE, elements=st.sampled_from([ROAD, SKY, CAR, CAR, PERSON, VOID])),
       arrays(np.int32, SHAPE, elements=st.sampled_from([0, 0, 26000, 26001, 7])))
def test_equal_to_masks(pred, semantic, instance):
    np.testing.assert_allclose(sums(pred, semantic, instance),
                               brute_force(pred, semantic, instance), rtol=1e-14)


@given(arrays(np.int64, SHAPE, elements=st.sampled_from([ROAD, SKY, CAR, PERSON, VOID])),
       arrays(np.int32, SHAPE, elements=st.sampled_from([0, 26000, 26001])))
def test_the_truth_is_perfect(semantic, instance):
    instance = np.where(semantic == CAR, instance, 0)
    pred = np.where(semantic == VOID, -1, semantic * 1000 + np.where(instance > 0, instance % 7, 0))
    crowd = np.isin(semantic, THINGS) & (instance == 0)
    pred[crowd] = -1
    scores = compute_panoptic_quality(sums(pred, semantic, instance))
    for values in scores.values():
        assert all(math.isnan(value) or value == 100 for value in values)


def test_by_hand():
    # road: 3 of 4 pixels found, one more is void in the prediction: IoU 3/4
    found = sums([0, 0, 0, -1, 2001, 2001], [0, 0, 0, 0, CAR, CAR], [0, 0, 0, 0, 5, 5])
    assert found[ROAD].tolist() == [.75, 1, 0, 0] and found[CAR].tolist() == [1, 1, 0, 0]
    scores = compute_panoptic_quality(found)
    assert scores['PQ'][[ROAD, CAR]].tolist() == [75, 100]
    assert math.isnan(scores['PQ'][SKY])


def test_half_is_no_match():
    assert sums([0, 0, -1, -1], [0, 0, 0, 0])[ROAD].tolist() == [0, 0, 1, 1]
    assert sums([0, 0, 1000, 1000], [0, 0, 0, 0])[SKY].tolist() == [0, 0, 1, 0]
    assert compute_panoptic_quality(np.array([[0., 0, 1, 0]]))['SQ'].tolist() == [0]


@pytest.mark.parametrize(('unjudged', 'false'), [(1, 1), (2, 0)])
def test_mostly_void_or_crowd_is_ignored(unjudged, false):
    void = [VOID] * unjudged + [SKY] * (3 - unjudged)
    assert sums([2001] * 3, void)[CAR, 2] == false
    crowd = [CAR] * unjudged + [SKY] * (3 - unjudged)
    assert sums([2001] * 3, crowd)[CAR, 2] == false
    assert sums([3001] * 3, crowd)[PERSON, 2] == 1  # the crowd of another class


def test_one_or_the_other_is_not_enough_but_both_are():
    assert sums([2001] * 4, [VOID, CAR, SKY, SKY])[CAR, 2] == 1  # half is not more than half
    assert sums([2001] * 5, [VOID, CAR, CAR, SKY, SKY])[CAR, 2] == 0


def test_a_missed_crowd_is_no_miss():
    assert sums([-1, -1], [CAR, CAR]).sum() == 0


def test_an_instance_on_stuff_is_stuff():
    assert sums([0, 0], [ROAD, ROAD], [8, 8])[ROAD].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(('pred', 'semantic', 'message'), [
    ([4001], [0], 'the prediction has class 4.*there are 4 classes'),
    ([0], [4], 'the truth has class 4'), ([0], [-1], 'the truth has class -1 or a negative')])
def test_classes_that_do_not_exist(pred, semantic, message):
    with pytest.raises(ValueError, match=message):
        sums(pred, semantic)
