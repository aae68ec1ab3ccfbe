"""Two toy frames in the layout of Cityscapes, and a config that reads them."""

from pathlib import Path

import numpy as np

from mmmtl.testing.toy_cityscapes import ToyFrame, write_frame

CONFIG = """
default_scope = 'mmseg'
load = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadInstanceIds'),
        dict(type='mmmtl.LoadDisparity')]
last = [dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]
image = dict(type='LoadImageFromFile')
half = dict(type='Resize', scale=(32, 16))
train = dict(type='mmmtl.CityscapesMultiTaskDataset', data_root={root!r}, split='train',
             pipeline=[image, *load, half, dict(type='mmmtl.RepairUnits'), *last])
train_dataloader = dict(dataset=dict(type='RepeatDataset', times=2, dataset=train))
val_dataloader = dict(dataset=dict(type='mmmtl.CityscapesMultiTaskDataset', data_root={root!r},
                                   split='train', pipeline=[image, half, *load, *last]))
val_evaluator = [dict(type='mmmtl.SemanticIoUMetric'), dict(type='mmmtl.InstanceVectorMetric'),
                 dict(type='mmmtl.DepthMetric', kind='inverse')]
"""


def write_toy_cityscapes(root: Path) -> Path:
    """Write the frames (32 x 64: road, with a car of 8 x 8) and the config; return its path.

    Disparity is 4 px in the first frame and 6 px in the second.
    """
    labels = np.full((32, 64), 7, np.uint8)
    instances = labels.astype(np.uint16)
    labels[8:16, 8:16], instances[8:16, 8:16] = 26, 26000
    image = np.full((32, 64, 3), 90, np.uint8)
    for i, pixels in enumerate((4, 6)):
        disparity = np.full((32, 64), 256 * pixels + 1, np.uint16)
        name = f'toy/toy_00000{i}_000019'
        write_frame(root, ToyFrame(name, image, labels, instances, disparity), 'train')
    config = root / 'config.py'
    config.write_text(CONFIG.format(root=str(root)))
    return config
