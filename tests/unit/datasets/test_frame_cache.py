"""Cached frames equal those that are read again."""

import random

import numpy as np
import torch
from mmengine.dataset import Compose

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.datasets.frame_cache import FrameCache

PIPELINE = [
    dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDisparity'),
    dict(type='Resize', scale=(32, 16)), dict(type='mmmtl.RepairUnits'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='RandomCutOut', prob=1., n_holes=1, cutout_shape=(4, 4)),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]


def samples(dataset, seed=0):
    np.random.seed(seed)
    random.seed(seed)
    return [dataset[i] for _ in range(3) for i in range(len(dataset))]


def test_cached_equals_uncached(toy):
    plain, cached = (CityscapesMultiTaskDataset(
        data_root=str(toy[0]), split='train', pipeline=PIPELINE, cache=cache)
        for cache in (False, True))
    for one, other in zip(samples(plain), samples(cached), strict=True):
        assert torch.equal(one['inputs'], other['inputs'])
        one, other = one['data_samples'], other['data_samples']
        assert one.keys() == other.keys() and one.metainfo == other.metainfo
        for key, value in one.items():
            torch.testing.assert_close(value.data, other.get(key).data, rtol=0, atol=0,
                                       equal_nan=True)
    assert len(cached._frame_cache.frames) == 4
    assert [type(t).__name__ for t in cached._frame_cache.rest][0] == 'RandomFlip'


def test_files_are_read_once(toy, monkeypatch):
    dataset = CityscapesMultiTaskDataset(
        data_root=str(toy[0]), split='train', pipeline=PIPELINE, cache=True)
    dataset[0]
    monkeypatch.setattr('mmmtl.datasets.transforms.load_map.read_map', None)  # would fail
    dataset[0]


def test_a_new_pipeline_starts_anew(toy):
    dataset = CityscapesMultiTaskDataset(
        data_root=str(toy[0]), split='train', pipeline=PIPELINE, cache=True)
    dataset[0]
    dataset.pipeline = Compose(PIPELINE[:1])
    assert dataset[0]['img'].shape == (32, 64, 3)


def test_subset(toy):
    dataset = CityscapesMultiTaskDataset(
        data_root=str(toy[0]), split='train', pipeline=PIPELINE, cache=True)
    wanted = dataset[2]['data_samples'].img_path
    dataset.get_subset_([2])
    assert dataset[0]['data_samples'].img_path == wanted


def test_none_of_it_deterministic():
    cache = FrameCache(Compose([lambda results: None]))
    assert cache(dict(img_path='a')) is None
