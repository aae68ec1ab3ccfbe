"""What the tests of data sets and transforms share."""

import os
from pathlib import Path

import pytest
from mmengine.registry import DefaultScope

from mmmtl.testing.toy_cityscapes import make_toy_cityscapes


@pytest.fixture(autouse=True)
def mmseg_scope():
    """Configs have default_scope = 'mmseg'."""
    with DefaultScope.overwrite_default_scope('mmseg'):
        yield


@pytest.fixture(scope='session')
def toy(tmp_path_factory):
    """A toy Cityscapes: its root and what was written."""
    root = tmp_path_factory.mktemp('toy_cityscapes')
    return root, make_toy_cityscapes(root, frames=4)


@pytest.fixture
def shared():
    """A function from a name to the folder of real data; skips where it is absent."""
    root = os.environ.get('MMMTL_SHARED', Path(__file__).parents[4] / 'shared')

    def folder(name):
        path = Path(root) / 'data' / name
        if not path.is_dir():
            pytest.skip(f'no {path}')
        return str(path)

    return folder
