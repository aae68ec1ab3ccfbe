"""A small frame with every task, and what it is drawn from."""

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

META = {
    'classes': ('road', 'car', 'person'),
    'palette': [(128, 64, 128), (0, 0, 142), (220, 20, 60)],
    'thing_classes': ('car', 'person'),
}


def make_maps(height: int = 32, width: int = 64) -> dict[str, torch.Tensor]:
    """Truth and prediction of all tasks: a car in the left half, road in the right."""
    labels = torch.zeros(1, height, width, dtype=torch.int64)
    labels[..., :width // 2] = 1
    labels[:, 0] = 255
    vectors = torch.full((2, height, width), float('nan'))
    vectors[..., :width // 2] = 3.
    depth = torch.linspace(0, 20, height).view(1, -1, 1).expand(1, height, width).clone()
    depth[..., -4:] = float('nan')
    normals = torch.zeros(3, height, width)
    normals[2] = -1
    maps = {}
    for row in ('gt', 'pred'):
        maps[f'{row}_sem_seg'] = labels if row == 'gt' else labels % 255
        maps[f'{row}_instance_vector'] = vectors if row == 'gt' else torch.ones(2, height, width)
        maps[f'{row}_instance_map'] = (labels == 1).int() * 26001
        maps[f'{row}_inverse_depth_map'] = depth if row == 'gt' else depth.nan_to_num(1.)
        maps[f'{row}_depth_map'] = depth + 1
        maps[f'{row}_normal_map'] = normals
    return maps


@pytest.fixture
def meta() -> dict:
    return META


@pytest.fixture
def maps() -> dict[str, np.ndarray]:
    return {name: data.numpy() for name, data in make_maps().items()}


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (32, 64, 3), np.uint8)


@pytest.fixture
def data_sample() -> SegDataSample:
    sample = SegDataSample(metainfo={'img_path': 'a.png'})
    for name, data in make_maps().items():
        setattr(sample, name, PixelData(data=data))
    return sample
