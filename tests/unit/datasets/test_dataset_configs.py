"""The data sets' base configs build and give samples."""

from pathlib import Path

import pytest
from mmengine.config import Config
from mmseg.registry import DATASETS

CONFIGS = Path(__file__).parents[3] / 'configs' / '_base_' / 'datasets'


def test_all_are_tested():
    names = {path.stem for path in CONFIGS.glob('*.py')}
    assert {name for name in names if '_mtan_' not in name} == {  # test_mtan_configs.py has those

        'cityscapes_multitask', 'cityscapes_multitask_128x256', 'nyuv2-13_144x192',
        'nyuv2-40_144x192', 'nyuv2-40_512x512', 'street_scenes_128x256',
        'visual_decathlon_72x72'}  # tests/configs/test_decathlon.py


@pytest.mark.parametrize(('name', 'size'), [
    ('cityscapes_multitask', (512, 1024)), ('cityscapes_multitask_128x256', (128, 256)),
    ('street_scenes_128x256', (128, 256))])
def test_cityscapes(toy, name, size):
    config = Config.fromfile(CONFIGS / f'{name}.py')
    for loader, split in ((config.train_dataloader, 'train'), (config.val_dataloader, 'val')):
        loader.dataset.data_root = str(toy[0])
        dataset = DATASETS.build(loader.dataset)
        assert loader.dataset.split == split and len(dataset) == 4
        packed = dataset[0]
        sample = packed['data_samples']
        assert sorted(sample.keys()) == ['gt_instance_map', 'gt_instance_vector',
                                         'gt_inverse_depth_map', 'gt_sem_seg']
        scored = (32, 64) if name == 'cityscapes_multitask' and split == 'val' else None
        assert sample.gt_sem_seg.shape == (scored or tuple(packed['inputs'].shape[1:]))
        if split == 'train' or scored is None:
            assert packed['inputs'].shape[1:] == size or split == 'train'
        assert not scored or sample.ori_shape == scored


@pytest.mark.parametrize('name', ['nyuv2-13_144x192', 'nyuv2-40_144x192'])
def test_nyuv2(shared, name):
    config = Config.fromfile(CONFIGS / f'{name}.py')
    for loader, scored in ((config.train_dataloader, (144, 192)),
                           (config.test_dataloader, (288, 384))):
        loader.dataset.update(data_root=shared('nyuv2'), indices=2, check_files=False)
        if '40' in name:
            loader.dataset.label40_encoding = 'merged'
        packed = DATASETS.build(loader.dataset)[0]
        assert packed['inputs'].shape == (3, 144, 192)
        assert packed['data_samples'].gt_depth_map.shape == scored


def test_nyuv2_at_full_size(shared):
    config = Config.fromfile(CONFIGS / 'nyuv2-40_512x512.py')
    for loader in (config.train_dataloader, config.test_dataloader):
        loader.dataset.update(data_root=shared('nyuv2'), indices=2, check_files=False,
                              label40_encoding='merged')
    packed = DATASETS.build(config.train_dataloader.dataset)[0]
    assert packed['data_samples'].gt_depth_map.shape == tuple(packed['inputs'].shape[1:])
    assert max(packed['inputs'].shape[1:]) <= 512
    packed = DATASETS.build(config.test_dataloader.dataset)[0]
    assert packed['data_samples'].gt_depth_map.shape == packed['inputs'].shape[1:] == (288, 384)
