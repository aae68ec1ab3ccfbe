"""Vectors on the colour wheel."""

import numpy as np
import pytest

from mmmtl.visualization.canvas import caption
from mmmtl.visualization.frame import make_frame
from mmmtl.visualization.instance_vector import (
    colour_vectors,
    draw_instance_vector,
    draw_wheel,
    instance_vector_column,
)
from mmmtl.visualization.objects import NO_OBJECT


@pytest.mark.parametrize(('vector', 'colour'), [
    ((0, 0), (255, 255, 255)),
    ((10, 0), (255, 255, 0)),  # to the right: yellow
    ((-10, 0), (0, 0, 255)),  # to the left: blue
    ((99, 0), (255, 255, 0)),  # beyond the rim as on it
])
def test_known_colours(vector, colour):
    assert tuple(colour_vectors(np.reshape(vector, (2, 1, 1)), 10.)[0, 0]) == colour


def test_wheel_agrees_with_the_colours():
    wheel = draw_wheel(10., 101, 12)
    vector = np.reshape([6., -6.], (2, 1, 1))  # right and up
    assert np.abs(wheel[20, 80].astype(int) - colour_vectors(vector, 10.)[0, 0]).max() <= 3


def test_backdrop_where_there_is_no_vector():
    vectors = np.full((2, 1, 3), np.nan)
    vectors[:, 0, 1:] = 0
    backdrop = np.full((1, 3, 3), 7, np.uint8)
    picture = draw_instance_vector(vectors, 1., backdrop, np.array([[True, True, False]]))
    assert picture[0, :, 0].tolist() == [7, 255, 7]


def test_predictions_are_drawn_on_predicted_things_only(image, maps, meta):
    def drawn(meta):
        frame = make_frame(image, maps, meta, 64, 64)
        return (instance_vector_column(frame).tiles['pred'] != frame.backdrop).any(axis=2)

    assert drawn(meta)[5:, :32].all() and not drawn(meta)[5:, 32:].any()
    assert drawn({**meta, 'thing_classes': ()}).all()


def test_notes_where_there_is_no_object(image, maps, meta):
    maps['gt_instance_vector'][:] = np.nan
    maps['pred_sem_seg'][:] = 0  # road
    frame = make_frame(image, maps, meta, 384, 640)
    for row, tile in instance_vector_column(frame).tiles.items():
        expected = caption(frame.backdrop, NO_OBJECT[row], frame.font)
        assert (expected != frame.backdrop).any() and (tile == expected).all()


def test_no_note_beside_an_object(image, maps, meta):
    frame = make_frame(image, maps, meta, 384, 640)
    tile = instance_vector_column(frame).tiles['pred']
    assert (tile[:, 200:] == frame.backdrop[:, 200:]).all()
