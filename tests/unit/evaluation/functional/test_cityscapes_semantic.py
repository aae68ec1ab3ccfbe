"""IoU and iIoU of classes and categories: by hand, and what a subset of the classes means."""

import math

import numpy as np
import pytest

from mmmtl.datasets.cityscapes_labels import THING_CLASSES, TRAIN_CLASS_IDS
from mmmtl.evaluation.functional import ScoredClasses, compute_semantic_scores, semantic_sums

ALL = ScoredClasses.of(tuple(TRAIN_CLASS_IDS), THING_CLASSES)
SIZES = dict(car=10., person=6.)
FOUR = ScoredClasses.of(('road', 'car', 'sky', 'person'), ('car', 'person'), average_sizes=SIZES)


def scores(pred, semantic, instance=None, scored=FOUR):
    maps = [None if m is None else np.array([m]) for m in (pred, semantic, instance)]
    return compute_semantic_scores(*semantic_sums(*maps, scored), scored)


def test_groups_of_cityscapes():
    assert len(ALL.sizes) == 8 and ALL.thing_categories == ('human', 'vehicle')
    assert sorted(i for members in ALL.categories.values() for i in members) == list(range(19))
    assert FOUR.categories == dict(flat=(0, ), sky=(2, ), human=(3, ), vehicle=(1, ))


def test_by_hand():
    #     truth: a car of 4 pixels, a car of 1, a crowd of 1, road 2, one ignored
    semantic = [1, 1, 1, 1, 1, 1, 0, 0, 255]
    instance = [5, 5, 5, 5, 6, 0, 0, 0, 0]
    pred = [1, 1, 1, 0, 1, 1, 1, 0, 1]
    found = scores(pred, semantic, instance)
    assert found['IoU_class']['car'] == pytest.approx(100 * 5 / 7)
    assert found['IoU_class']['road'] == pytest.approx(100 / 3)
    assert math.isnan(found['IoU_class']['sky'])
    # right: 3 pixels at 10/4 and one at 10/1; missed: one at 10/4; one road pixel is wrong
    assert found['iIoU_class']['car'] == pytest.approx(100 * 17.5 / (17.5 + 2.5 + 1))
    assert found['iIoU_category'] == {'human': pytest.approx(math.nan, nan_ok=True),
                                      'vehicle': found['iIoU_class']['car']}


def test_within_a_category_there_is_no_mistake():
    scored = ScoredClasses.of(('car', 'bus', 'road'), ('car', 'bus'))
    found = scores([1, 1, 2], [0, 0, 2], [7, 7, 0], scored)
    assert found['IoU_class']['car'] == 0 and found['iIoU_class']['car'] == 0
    assert found['IoU_category']['vehicle'] == 100 == found['iIoU_category']['vehicle']


def test_a_prediction_of_no_class_is_a_miss():
    assert scores([255, 0], [0, 0])['IoU_class']['road'] == 50


def test_without_instances_only_iou():
    found = scores([1, 0], [1, 1])
    assert found['IoU_class']['car'] == 50 and math.isnan(found['iIoU_class']['car'])
    matrix, weighted = semantic_sums(np.array([1, 1]), np.array([0, 1]), None, FOUR)
    assert matrix.sum() == 2 and not weighted.any(), 'wrong pixels count where instances are known'


def test_ids_on_stuff_and_on_ignored_pixels_are_no_instances():
    with_ids = scores([1, 0, 0, 0], [1, 0, 0, 255], [5, 6, 7, 8])
    assert str(with_ids) == str(scores([1, 0, 0, 0], [1, 0, 0, 255], [5, 0, 0, 0]))


def test_categories_of_things_alone_have_an_iiou():
    scored = ScoredClasses.of(('car', 'bus', 'person'), ('car', 'person'))
    assert scored.thing_categories == ('human', )


@pytest.mark.parametrize(('names', 'message'), [
    (('road', 'cat'), r"categories: nothing for \['cat'\].*give categories=dict"),
    (('road', 'wall'), r"average_sizes: nothing for \['wall'\]")])
def test_other_classes_need_tables(names, message):
    with pytest.raises(ValueError, match=message):
        ScoredClasses.of(names, names[1:])
    tables = dict(categories=dict(all=names), average_sizes=dict.fromkeys(names, 1.))
    assert ScoredClasses.of(names, names[1:], **tables).sizes == {1: 1.}


@pytest.mark.parametrize(('pred', 'semantic', 'message'), [
    ([4], [0], 'the prediction has classes from 4 to 4, but the data set has 4'),
    ([0], [-1], 'the truth has classes from -1')])
def test_classes_that_do_not_exist(pred, semantic, message):
    with pytest.raises(ValueError, match=message):
        scores(pred, semantic)
