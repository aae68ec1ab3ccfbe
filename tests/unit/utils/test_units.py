"""Units under zoom and flip."""

import numpy as np
import pytest

from mmmtl.utils.units import flip_normals, zoom_normals, zoom_values


def test_zoom():
    values = np.array([[0, 4, np.nan]], np.float32)
    np.testing.assert_array_equal(zoom_values(values, .5, 1), [[0, 2, np.nan]])
    np.testing.assert_array_equal(zoom_values(values, .5, -1), [[0, 8, np.nan]])
    assert zoom_values(values, .5, 0) is values and zoom_values(values, 1., 1) is values
    assert zoom_values(values, 1 / 3, 1).dtype == np.float32
    with pytest.raises(ValueError, match='positive'):
        zoom_values(values, 0, 1)


def test_depth_times_inverse_depth_is_kept():
    depth = np.array([[2, 7.5]], np.float32)
    product = zoom_values(depth, .3, -1) * zoom_values(1 / depth, .3, 1)
    np.testing.assert_allclose(product, 1, rtol=1e-6)


@pytest.mark.parametrize(('direction', 'expected'), [
    ('horizontal', [-1, 2, 3]), ('vertical', [1, -2, 3]), ('diagonal', [-1, -2, 3])])
def test_normals(direction, expected):
    normals = np.array([[[1, 2, 3]]], np.float32)
    assert flip_normals(normals, direction).tolist() == [[expected]]
    assert normals.tolist() == [[[1, 2, 3]]]


def test_unknown_direction():
    with pytest.raises(ValueError, match='flip direction'):
        flip_normals(np.zeros((1, 1, 3)), 'up')


def test_zoomed_normals():
    normals = np.array([[[.6, 0, -.8], [0, -1, 0], [np.nan] * 3]], np.float32)
    assert zoom_normals(normals, 1., 1.) is normals
    turned = zoom_normals(normals, 1.5, 3.)
    assert turned.dtype == np.float32
    np.testing.assert_allclose(turned[0, 0], np.array([.6, 0, -1.2]) / np.hypot(.6, 1.2), rtol=1e-6)
    assert turned[0, 1].tolist() == [0, -1, 0] and np.isnan(turned[0, 2]).all()
    np.testing.assert_allclose(zoom_normals(turned, 1 / 1.5, 1 / 3), normals, atol=1e-6)
    with pytest.raises(ValueError, match='must be positive, not 0 and 1'):
        zoom_normals(normals, 0, 1)
