"""Normal maps of both kinds of files."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadNormals


def load(path, **options):
    return LoadNormals(**options)(dict(normal_path=str(path), img_path='a.jpg', ori_shape=(1, 3)))


def test_npy(tmp_path):
    np.save(tmp_path / 'a.npy', np.array([[[0, 0, 0], [0, 0, -2], [3, -4, 0]]], np.float64))
    results = load(tmp_path / 'a.npy')
    normals = results['gt_normal_map']
    assert normals.dtype == np.float32 and results['seg_fields'] == ['gt_normal_map']
    np.testing.assert_allclose(normals, [[[np.nan] * 3, [0, 0, -1], [.6, -.8, 0]]], rtol=1e-6)
    turned = load(tmp_path / 'a.npy', axes=('x', 'z', '-y'))['gt_normal_map']
    np.testing.assert_allclose(turned, [[[np.nan] * 3, [0, 1, 0], [.6, 0, -.8]]], rtol=1e-6)


@pytest.mark.parametrize('mode', ['RGB', 'RGBA'])
def test_png(tmp_path, mode):
    colours = np.array([[[127, 128, 127], [127, 255, 128], [0, 0, 0]]], np.uint8)
    Image.fromarray(colours).convert(mode).save(tmp_path / 'a.png')
    normals = load(tmp_path / 'a.png', axes=('x', '-y', '-z'))['gt_normal_map']
    np.testing.assert_allclose(normals[0, 1], [0, -1, 0], atol=5e-3)
    np.testing.assert_allclose(np.linalg.norm(normals[0, 1]), 1, rtol=1e-6)
    assert np.isnan(normals[0, [0, 2]]).all()


def test_partial_labels():
    assert LoadNormals()(dict(img_path='a.jpg')) == dict(img_path='a.jpg')


@pytest.mark.parametrize(('array', 'message'), [
    (np.zeros((1, 3), np.float32), r'shape \(1, 3\), but normals are \(H, W, 3\)'),
    (np.zeros((3, 1, 3), np.float32), 'differ in size'),
    (np.zeros((1, 3, 3), np.int64), 'pixels of type int64, but normals are colours of 8 bits'),
    (np.array([None]), r'cannot be read as \.npy')])
def test_wrong_arrays(tmp_path, array, message):
    np.save(tmp_path / 'a.npy', array, allow_pickle=True)
    with pytest.raises(ValueError, match=message):
        load(tmp_path / 'a.npy')


def test_damaged_files(tmp_path):
    Image.fromarray(np.zeros((1, 3), np.uint8)).save(tmp_path / 'grey.png')
    with pytest.raises(ValueError, match=r'grey.png \(normal_path\): shape \(1, 3\)'):
        load(tmp_path / 'grey.png')
    (tmp_path / 'cut.png').write_bytes((tmp_path / 'grey.png').read_bytes()[:40])
    with pytest.raises(ValueError, match='cut.png .*truncated PNG'):
        load(tmp_path / 'cut.png')
    np.save(tmp_path / 'a.npy', np.zeros((1, 3, 3)))
    (tmp_path / 'cut.npy').write_bytes((tmp_path / 'a.npy').read_bytes()[:150])
    with pytest.raises(ValueError, match=r'cut.npy .*cannot be read as \.npy'):
        load(tmp_path / 'cut.npy')


def test_repr():
    assert repr(LoadNormals()) == "LoadNormals(axes=('x', 'y', 'z'), backend_args=None)"
