"""The data set class for Cityscapes reads rendered frames as they are."""

import numpy as np
import pytest

pytest.importorskip('numba')
pytest.importorskip('mmseg')
from mmengine.registry import DefaultScope

from mmmtl.datasets.cityscapes import CityscapesMultiTaskDataset
from street_scenes.cli import main
from street_scenes.render import render
from street_scenes.seeds import frame_seed

SIZE = (64, 32)


def test_frames_load_as_cityscapes(tmp_path):
    main(['--out', str(tmp_path), '--train', '2', '--val', '1', '--workers', '1', '--seed', '9',
          '--width', str(SIZE[0]), '--height', str(SIZE[1])])
    pipeline = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadDisparity')]
    with DefaultScope.overwrite_default_scope('mmseg'):
        dataset = CityscapesMultiTaskDataset(
            data_root=str(tmp_path), split='train', pipeline=pipeline)
        assert len(dataset) == 2
        sample = dataset[1]
    frame = render(frame_seed(9, 'train', 1), *SIZE)
    np.testing.assert_array_equal(sample['img'], frame.image[..., ::-1])  # BGR
    fx = frame.calibration['intrinsic']['fx']
    sky = frame.label_ids == 23
    expected = np.where(sky, 0, 0.209313 * fx / frame.depth)
    assert sky.any()
    assert not sky.all()
    np.testing.assert_allclose(sample['gt_inverse_depth_map'], expected, atol=0.5 / 256 + 1e-6)
