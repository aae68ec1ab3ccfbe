"""Whatever metric is registered: batches, order, ranks, and which way is better; nobody lists it.

That it gives the scores that it states is in ``test_stated_scores.py``.
"""

import math
import pickle

import pytest

from mmmtl.evaluation.directions import is_higher_better
from mmmtl.testing.metric_variants import META, own_metrics, perfect, spoilt, toy_frames, variants


def writes_files(cls):
    """Whether it gives no scores; what it writes is tested by its own tests."""
    return not cls.score_directions


SCORING = [cls for cls in own_metrics() if not writes_files(cls)]
FRAMES = toy_frames()
each = pytest.mark.parametrize('cls', SCORING, ids=lambda cls: cls.__name__)


def feed(metric, batches):
    metric.dataset_meta = META
    for batch in batches:
        metric.process({}, batch)
    return metric


def scores_of(metric, batches):
    """Scores of a set; those per batch depend on batches, and are left out."""
    scores = feed(metric, batches).evaluate(sum(map(len, batches)))
    assert scores
    return {key: value for key, value in scores.items() if not key.endswith('_per_batch')}


def check_equal(found, expected):
    assert found.keys() == expected.keys()
    for key, value in found.items():
        assert value == pytest.approx(expected[key], rel=1e-9, nan_ok=True), key


def split(frames, *sizes):
    """Batches of these sizes, and one of what is left."""
    ends = [sum(sizes[:i]) for i in range(len(sizes) + 1)] + [len(frames)]
    return [frames[a:b] for a, b in zip(ends, ends[1:], strict=False)]


def test_there_are_some():
    assert len(SCORING) >= 11
    assert [len(batch) for batch in split(FRAMES, 3, 1)] == [3, 1, 6]


@each
@pytest.mark.parametrize('sizes', [(1, ) * 9, (3, 1), (5, )], ids=str)
def test_batches_do_not_matter(cls, sizes, tmp_path):
    for metric, other in zip(variants(cls, tmp_path), variants(cls, tmp_path), strict=True):
        check_equal(scores_of(metric, split(FRAMES, *sizes)), scores_of(other, [FRAMES]))


@each
def test_order_of_frames_does_not_matter(cls, tmp_path):
    order = [FRAMES[i] for i in (3, 9, 0, 7, 1, 8, 2, 6, 4, 5)]
    for metric, other in zip(variants(cls, tmp_path), variants(cls, tmp_path), strict=True):
        check_equal(scores_of(metric, [order]), scores_of(other, [FRAMES]))


@each
def test_state_can_be_pickled(cls, tmp_path):
    """In the middle of a set, as records travel between ranks: the other half follows."""
    for metric, other in zip(variants(cls, tmp_path), variants(cls, tmp_path), strict=True):
        feed(metric, [FRAMES[:4]])
        again = pickle.loads(pickle.dumps(metric))
        again.process({}, FRAMES[4:])
        check_equal({key: value for key, value in again.evaluate(len(FRAMES)).items()
                     if not key.endswith('_per_batch')}, scores_of(other, [FRAMES]))


@each
def test_a_second_set_is_scored_anew(cls, tmp_path):
    for metric, other in zip(variants(cls, tmp_path), variants(cls, tmp_path), strict=True):
        scores_of(metric, [FRAMES[:3]])
        check_equal(scores_of(metric, [FRAMES[3:]]), scores_of(other, [FRAMES[3:]]))


@each
def test_the_truth_is_better_than_mistakes(cls, tmp_path):
    """In the direction that is stated, and for every score that there is."""
    for metric, other in zip(variants(cls, tmp_path), variants(cls, tmp_path), strict=True):
        good = feed(metric, [[perfect(one) for one in FRAMES]]).evaluate(len(FRAMES))
        bad = feed(other, [[spoilt(one) for one in FRAMES]]).evaluate(len(FRAMES))
        assert good.keys() == bad.keys()
        for key, value in good.items():
            if math.isnan(bad[key]):  # nothing in the truth to be scored
                assert math.isnan(value), key
                continue
            better = value > bad[key] if is_higher_better(key) else value < bad[key]
            assert better, f'{key}: {value} of the truth, {bad[key]} of mistakes'
