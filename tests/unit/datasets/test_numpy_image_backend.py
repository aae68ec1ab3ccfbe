"""Images in .npy files, read as pictures."""

import mmcv
import numpy as np
from mmengine.fileio import get

import mmmtl.datasets.numpy_image_backend  # noqa: F401  registers the backend


def test_an_array_reads_as_the_picture_it_is(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.uint8)
    np.save(tmp_path / '0.npy', pixels / 255)
    data = get(str(tmp_path / '0.npy'), backend_args=dict(backend='numpy_image'))
    np.testing.assert_array_equal(mmcv.imfrombytes(data, channel_order='rgb'), pixels)


def test_other_files_are_as_they_are(tmp_path):
    (tmp_path / 'a.txt').write_bytes(b'abc')
    assert get(str(tmp_path / 'a.txt'), backend_args=dict(backend='numpy_image')) == b'abc'
