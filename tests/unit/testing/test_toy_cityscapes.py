"""The toy data set: deterministic, official names and encodings."""

import numpy as np

from mmmtl.testing.toy_cityscapes import make_toy_cityscapes, toy_frame


def test_deterministic():
    one, other = toy_frame(1, seed=3), toy_frame(1, seed=3)
    for name in ('image', 'label_ids', 'instance_ids', 'disparity'):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (toy_frame(1, seed=4).image != one.image).any()


def test_contents():
    frame = toy_frame(0, (64, 128))
    assert set(np.unique(frame.label_ids)) == {3, 7, 23, 24, 26}
    assert {26, 24000, 26000, 26001} <= set(np.unique(frame.instance_ids))
    assert frame.instance_ids.dtype == frame.disparity.dtype == np.uint16
    assert (frame.disparity[:, 64] == 0).all()


def test_files(tmp_path):
    made = make_toy_cityscapes(tmp_path, 2, splits=['train'], disparity=False)
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob('*.png'))
    assert len(files) == 6
    assert 'gtFine/train/bochum/bochum_000001_000019_gtFine_instanceIds.png' in files
    assert [frame.name[:6] for frame in made['train']] == ['aachen', 'bochum']
