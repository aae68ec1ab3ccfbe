"""KITTI's semantic benchmark: another encoding of the ids."""

import numpy as np
from PIL import Image

from mmmtl.datasets import KITTISemanticsMultiTaskDataset

LOADERS = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
           dict(type='mmmtl.LoadInstanceIds')]


def test_values(tmp_path):
    labels = np.array([[7, 26, 26], [26, 24, 22]], np.uint8)
    ids = labels * np.uint16(256) + np.array([[0, 1, 2], [0, 7, 3]], np.uint16)
    for folder, array in dict(image_2=np.zeros((2, 3, 3), np.uint8), semantic=labels,
                              instance=ids).items():
        (tmp_path / folder).mkdir()
        Image.fromarray(array).save(tmp_path / folder / '000000_10.png')
    sample = KITTISemanticsMultiTaskDataset(data_root=str(tmp_path), pipeline=LOADERS)[0]
    assert sample['gt_instance_map'].tolist() == [[0, 26001, 26002], [0, 24007, 0]]
    assert sample['gt_seg_map'].tolist() == [[0, 13, 13], [13, 11, 9]]
