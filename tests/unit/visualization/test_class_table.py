"""Which names and colours classes have."""

import pytest

from mmmtl.visualization.class_table import (
    ClassTable,
    meta_of_field,
    same_classes,
    table_of,
    table_of_head,
)

AB = {'classes': ('a', 'b'), 'palette': [(1, 2, 3), (4, 5, 6)]}
XYZ = {'classes': ('x', 'y', 'z'), 'palette': [(7, 7, 7), (8, 8, 8), (9, 9, 9)]}


def test_what_a_data_set_lacks_is_numbered_and_coloured():
    assert table_of(AB) == ClassTable(('a', 'b'), ((1, 2, 3), (4, 5, 6)))
    assert table_of(AB, 4).names == ('a', 'b', '2', '3')
    assert len(set(table_of(AB, 4).colours)) == 4
    assert len(set(table_of({'classes': ['a', 'b']}).colours)) == 2
    assert table_of({'palette': [(1, 2, 3)]}).names == ('0', )
    assert table_of({}) == ClassTable()


@pytest.mark.parametrize('things', [('b', ), [1]])
def test_things_by_name_or_number(things):
    assert table_of({**AB, 'thing_classes': things}).things == ('b', )


@pytest.mark.parametrize(('count', 'trained', 'shown', 'expected'), [
    (2, AB, XYZ, ('a', 'b')),  # the head's own
    (3, AB, XYZ, ('a', 'b', '2')),  # with an output that never had a label
    (3, None, XYZ, ('x', 'y', 'z')),
    (3, {}, XYZ, ('x', 'y', 'z')),
    (2, XYZ, AB, ('a', 'b')),  # fewer outputs than classes: not trained for these
    (2, None, XYZ, ('0', '1')),
    (5, None, XYZ, ('0', '1', '2', '3', '4')),
    (5, {'classes': None}, None, ('0', '1', '2', '3', '4')),
])
def test_classes_of_a_head(count, trained, shown, expected):
    table = table_of_head(count, trained, shown)
    assert table.names == expected
    assert len(set(table.colours)) == count
    if 'a' in expected:
        assert table.colours[:2] == ((1, 2, 3), (4, 5, 6))


def test_fields_have_classes_of_their_own():
    meta = {**AB, 'field_classes': {'part': XYZ}}
    assert meta_of_field(meta, 'sem_seg') is meta
    assert meta_of_field(meta, 'part') is XYZ
    assert meta_of_field(AB, 'part') == meta_of_field(None, 'sem_seg') == {}


def test_same_classes_as_far_as_each_goes():
    assert same_classes(table_of(AB), table_of(AB, 5))
    assert not same_classes(table_of(AB), table_of(XYZ))
    assert not same_classes(table_of(AB), table_of({**AB, 'palette': XYZ['palette'][:2]}))
