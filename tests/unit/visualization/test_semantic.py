"""Classes in their colours."""

import numpy as np

from mmmtl.visualization import draw_semantic
from mmmtl.visualization.canvas import checker
from mmmtl.visualization.class_table import table_of
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.semantic import draw_semantic_legend, semantic_column


def test_known_pixels():
    picture = draw_semantic(np.array([[0, 1, 255, -1]]), [(1, 2, 3), (4, 5, 6)])
    assert picture[0, :2].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert (picture[0, 2:] == checker(1, 4)[0, 2:]).all()


def test_legend_names_only_what_occurs(image, maps, meta):
    def height(labels):
        frame = make_frame(image, {'gt_sem_seg': labels}, meta, 64, 64)
        return semantic_column(frame).legend

    few, more = height(maps['pred_sem_seg']), height(maps['gt_sem_seg'])
    assert more.shape[0] > few.shape[0]  # 'no label' is one more
    assert (few == meta['palette'][1]).all(axis=2).any()
    assert not (few == meta['palette'][2]).all(axis=2).any()


def test_legend_has_columns():
    entries = [('name', (i, 0, 0)) for i in range(12)]
    assert draw_semantic_legend(entries, 600, 12).shape[0] < 4 * 18


def test_absent(image, meta):
    assert semantic_column(make_frame(image, {}, meta, 64, 64)) is None


def drawn(frame, row):
    return {tuple(colour) for colour in semantic_column(frame).tiles[row].reshape(-1, 3).tolist()}


def test_a_class_beyond_those_of_the_data_set_has_a_colour_and_is_not_no_label(image, meta):
    labels = np.full((1, 32, 64), 5)
    frame = make_frame(image, {'gt_sem_seg': labels, 'pred_sem_seg': labels}, meta, 64, 64)
    grey = {tuple(colour) for colour in checker(32, 64).reshape(-1, 3).tolist()}
    for row in ('gt', 'pred'):
        colours = drawn(frame, row)
        assert len(colours) == 1 and not colours & {*grey, *map(tuple, meta['palette'])}
    expected = draw_semantic_legend([('5', next(iter(colours)))], 64, frame.font)
    assert (semantic_column(frame).legend == expected).all()


def test_head_of_other_classes_has_a_legend_of_its_own(image, maps, meta):
    head = table_of({'classes': ('sofa', 'bed'), 'palette': [(1, 1, 1), (2, 2, 2)]})
    frame = make_frame(image, maps, meta, 64, 64, heads={'pred_sem_seg': head})
    assert drawn(frame, 'pred') == {(1, 1, 1), (2, 2, 2)}
    assert drawn(frame, 'gt') > {(128, 64, 128), (0, 0, 142)}
    legend = semantic_column(frame).legend
    for colour in ((1, 1, 1), (2, 2, 2), (128, 64, 128), (0, 0, 142)):
        assert (legend == colour).all(axis=2).any()
    both = make_frame(image, maps, meta, 64, 64)
    assert len(semantic_column(both).legend) < len(legend)


def test_255_is_a_class_of_a_head_of_more_and_no_label_of_the_truth(image):
    labels = np.full((1, 32, 64), 255)
    frame = make_frame(image, {'gt_sem_seg': labels, 'pred_sem_seg': labels}, {}, 64, 64,
                       heads={'pred_sem_seg': table_of({}, 300)})
    assert drawn(frame, 'pred') == {frame.tables['pred_sem_seg'].colours[255]}
    assert len(drawn(frame, 'gt')) == 2  # checkers


def test_two_classes_of_one_output_are_numbers_with_a_point(image, meta):
    labels = np.zeros((1, 32, 64), np.float32)
    labels[..., :9] = 1
    frame = make_frame(image, {'pred_sem_seg': labels}, meta, 64, 64)
    assert drawn(frame, 'pred') == {(128, 64, 128), (0, 0, 142)}


def test_another_map_of_classes_is_called_by_its_field(image, meta):
    frame = make_frame(image, {'pred_part_seg': np.zeros((1, 32, 64), int)}, meta, 64, 64)
    assert semantic_column(frame, 'part_seg').title == 'part seg'
    assert frame.tables['pred_part_seg'].names == ('0', )
