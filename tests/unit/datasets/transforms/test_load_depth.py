"""Depth of 8 and 16 bits, by the file's type."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadDepth


def load(tmp_path, array, **options):
    Image.fromarray(array).save(tmp_path / 'a.png')
    return LoadDepth(**options)(dict(depth_path=str(tmp_path / 'a.png')))['gt_depth_map']


def test_units(tmp_path):
    millimetres = np.array([[0, 512]], np.uint16)
    np.testing.assert_allclose(load(tmp_path, millimetres), [[np.nan, .512]], rtol=1e-6)
    np.testing.assert_allclose(load(tmp_path, millimetres, unit_16bit=1 / 256), [[np.nan, 2]])
    coarse = np.array([[0, 51]], np.uint8)
    np.testing.assert_allclose(load(tmp_path, coarse), [[.5 / 25.5, 51.5 / 25.5]], rtol=1e-6)
    np.testing.assert_allclose(load(tmp_path, coarse, unit_8bit=.1), [[.05, 5.15]], rtol=1e-6)


@pytest.mark.parametrize('options', [dict(unit_8bit=0), dict(unit_16bit=-1)])
def test_errors(options):
    with pytest.raises(ValueError, match='must be positive'):
        LoadDepth(**options)
