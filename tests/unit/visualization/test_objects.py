"""Objects, their colours and which were found."""

import numpy as np

from mmmtl.visualization.objects import (
    Thing,
    as_in,
    colour_things,
    find_things,
    match_things,
)

IDS = np.array([[5, 5, 5, 0, 3, 3, 3, 3]])


def test_things_go_from_left_to_right_and_take_the_most_frequent_class():
    things = find_things(IDS, np.array([[1, 2, 2, 9, 255, 255, 255, 4]]))
    assert things == {5: Thing(2), 3: Thing(4)} and list(things) == [5, 3]


def test_what_is_known_comes_first():
    assert find_things(IDS, np.zeros((1, 8), int), {3: Thing(7, 0.5)}) == {
        5: Thing(0), 3: Thing(7, 0.5)}
    assert find_things(IDS, None)[5] == Thing()
    assert find_things(np.zeros((2, 2), int), None) == {}


def match(pred, labels=(1, 1)):
    truth, pred = np.array([[1, 1, 1, 1, 0, 2]]), np.array([pred])
    return match_things(truth, pred, {1: Thing(1), 2: Thing(labels[0])},
                        {i: Thing(labels[1]) for i in np.unique(pred) if i})


def test_match_needs_more_than_half_of_the_union():
    assert match([7, 7, 0, 0, 0, 0]) == {}  # 2 of 4
    assert match([7, 7, 7, 0, 0, 0]) == {7: 1}  # 3 of 4
    assert match([7, 7, 7, 7, 7, 7]) == {7: 1}  # 4 of 6
    assert match([7, 7, 7, 0, 9, 9]) == {7: 1}  # 1 of 2


def test_match_needs_the_class():
    assert match([0, 0, 0, 0, 0, 9], (1, 1)) == {9: 2}
    assert match([0, 0, 0, 0, 0, 9], (1, 4)) == {}
    assert match([0, 0, 0, 0, 0, 9], (None, 4)) == {9: 2}


def test_only_a_match_shares_a_colour():
    truth, pred = colour_things(dict.fromkeys((1, 2)), dict.fromkeys((7, 8, 9)), {8: 1})
    assert (pred[8] == truth[1]).all()
    others = {tuple(c) for c in (*truth.values(), pred[7], pred[9])}
    assert len(others) == 4


def test_labels_in_another_list_of_classes():
    things = {7: Thing(0, 0.5), 8: Thing(1), 9: Thing(None), 10: Thing(4)}
    found = as_in(things, ('car', 'bed'), ('road', 'car'))
    assert found == {7: Thing(1, 0.5), 8: Thing(-1), 9: Thing(None), 10: Thing(4)}
