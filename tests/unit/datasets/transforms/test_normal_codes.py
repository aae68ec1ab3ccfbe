"""Axes and colours of normals."""

import numpy as np
import pytest

from mmmtl.datasets.transforms.normal_codes import (
    axes_matrix,
    decode_normal_colours,
    unit_vectors,
)
from mmmtl.visualization import draw_normals


def test_axes():
    stored = np.array([1., 2., 3.])  # x, z, up
    assert (axes_matrix(('x', 'z', '-y')) @ stored).tolist() == [1, -3, 2]
    assert (axes_matrix(('x', 'y', 'z')) == np.eye(3)).all()


@pytest.mark.parametrize('axes', [('x', 'y'), ('x', 'y', 'y'), ('x', '--y', 'z'), 'xyw'])
def test_wrong_axes(axes):
    with pytest.raises(ValueError, match='axes must name x, y and z'):
        axes_matrix(axes)


def test_unknown_colours():
    colours = np.array([[[0, 0, 0], [127, 127, 127], [128, 128, 128], [127, 128, 255],
                         [255, 0, 0]]], np.uint8)
    decoded = decode_normal_colours(colours)
    assert (decoded[0, :3] == 0).all()
    np.testing.assert_allclose(decoded[0, 3:], [[-1 / 255, 1 / 255, 1], [1, -1, -1]], atol=1e-6)


def test_unit_vectors():
    vectors = np.array([[[0, 0, 0], [0, 3, 4], [np.nan, 0, 1], [np.inf, 0, 0]]], np.float32)
    np.testing.assert_allclose(unit_vectors(vectors)[0, 1], [0, .6, .8], rtol=1e-6)
    assert np.isnan(unit_vectors(vectors)[0, [0, 2, 3]]).all()


def test_our_own_pictures_are_read_back():
    normals = unit_vectors(np.random.default_rng(0).normal(size=(5, 6, 3)))
    decoded = decode_normal_colours(draw_normals(normals.transpose(2, 0, 1)))
    np.testing.assert_allclose(decoded @ axes_matrix(('x', '-y', '-z')).T, normals, atol=1 / 250)
