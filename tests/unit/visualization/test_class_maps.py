"""Which maps are of classes, and of which."""

import numpy as np
import pytest

from mmmtl.visualization.class_maps import class_tables, find_class_maps
from mmmtl.visualization.class_table import table_of


def of(*labels, dtype=np.int64):
    return np.array([[labels]], dtype)


def test_semantics_first_and_then_what_is_predicted_in_one_channel_of_integers(maps, meta):
    maps |= {'pred_part': of(0, 3), 'pred_line': of(0, 1, dtype=bool),
             'pred_score': of(0, 1, dtype=float), 'pred_segments': of(26001),
             'gt_edge_map': of(0, 1),
             'pred_panoptic_map': of(1000), 'pred_pairs': np.zeros((2, 1, 1), np.int64)}
    assert find_class_maps(maps, meta, {}) == ['sem_seg', 'part', 'line']


def test_truth_alone_where_the_data_set_or_a_head_tells_of_it():
    maps = {'gt_part': of(0, 3), 'gt_line': of(0, 1)}
    assert find_class_maps(maps, {}, {}) == []
    assert find_class_maps(maps, {'field_classes': {'part': {}}}, {}) == ['part']
    assert find_class_maps(maps, {}, {'pred_line': table_of({}, 2)}) == ['line']


@pytest.mark.parametrize('labels', [of(4, 255), of(4, 0, dtype=np.float32)])
def test_each_class_that_occurs_has_a_name_and_a_colour(labels, meta):
    tables = class_tables(['sem_seg'], {'gt_sem_seg': labels, 'pred_sem_seg': labels}, meta, {})
    for table in tables.values():
        assert table.names == ('road', 'car', 'person', '3', '4')
        assert table.colours[:3] == tuple(meta['palette']) and len(set(table.colours)) == 5


def test_truth_and_prediction_have_their_own(meta):
    head = table_of({'classes': ('sofa', 'bed')})
    tables = class_tables(['sem_seg'], {}, meta, {'pred_sem_seg': head})
    assert tables['gt_sem_seg'].names == ('road', 'car', 'person')
    assert tables['pred_sem_seg'] == head
    assert tables['gt_sem_seg'].things == ('car', 'person')


def test_truth_without_names_has_those_of_the_head():
    head = table_of({'classes': ('sofa', 'bed')})
    tables = class_tables(['sem_seg'], {'gt_sem_seg': of(2)}, {}, {'pred_sem_seg': head})
    assert tables['gt_sem_seg'].names == ('sofa', 'bed', '2')


def test_classes_of_a_panoptic_map_count():
    tables = class_tables(['sem_seg'], {'pred_panoptic_map': of(-1, 4002)}, {}, {})
    assert tables['pred_sem_seg'].names == ('0', '1', '2', '3', '4')
